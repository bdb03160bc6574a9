import { compile, createRandom, initializeWeights, input, type Tensor } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { DICE_SMOOTHING } from "../losses/dice.ts";
import { unetLevels } from "../networks/unet.ts";
import { SEGMENT_PRESETS, type SegmentConfig } from "./config.ts";
import { networkConfig, segmenterLoss, segmenterParameters } from "./graph.ts";

const CLASSES = 3;
type Level = { readonly extents: readonly number[]; readonly logits: Float32Array };

/** The loss of random weights on one random example, with the logits of every level. */
async function evaluate(config: SegmentConfig, extents: readonly number[]) {
  const weights = initializeWeights(segmenterParameters(config, CLASSES), 1);
  const parameters: Record<string, Tensor> = {};
  for (const [name, { shape }] of Object.entries(weights)) parameters[name] = input(name, shape);
  const [image, truth] = [input("image", [1, 1, ...extents]), input("truth", [1, 1, ...extents])];
  const levels = unetLevels(networkConfig(config, CLASSES), parameters, image);
  const loss = segmenterLoss(config, CLASSES, parameters, image, truth);
  const session = await compile(
    { loss, ...Object.fromEntries(levels.map((level, l) => [`level${l}`, level])) },
    { threads: 1, fixed: Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data])) },
  );
  const random = createRandom(3, "segmenter-loss");
  const voxels = extents.reduce((product, extent) => product * extent, 1);
  const classes = Float32Array.from({ length: voxels }, () => random.integer(CLASSES));
  const results = await session.run({ image: random.normals(voxels), truth: classes });
  await session.dispose();
  const seen: Level[] = levels.map(({ shape }, l) => ({ extents: shape.slice(2), logits: results[`level${l}`] }));
  return { loss: results.loss[0], classes, levels: seen };
}

/** Share of each class in every block of the coarse grid, `[classes, ...]`; blocks reach beyond the scan. */
function sharesOfBlocks(classes: Float32Array, [d, h, w]: readonly number[], block: number, coarse: readonly number[]) {
  const [cd, ch, cw] = coarse;
  const shares = new Float64Array(CLASSES * cd * ch * cw);
  for (let z = 0; z < d; z++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const at = (Math.floor(z / block) * ch + Math.floor(y / block)) * cw + Math.floor(x / block);
        shares[classes[(z * h + y) * w + x] * cd * ch * cw + at] += 1 / block ** 3;
      }
  return shares;
}

/** 1 - Dice + cross-entropy, in plain loops. */
function twin(logits: Float32Array, truth: Float64Array): number {
  const voxels = logits.length / CLASSES;
  const probabilities = new Float64Array(logits.length);
  let crossEntropy = 0;
  for (let v = 0; v < voxels; v++) {
    let sum = 0;
    for (let c = 0; c < CLASSES; c++) sum += Math.exp(logits[c * voxels + v]);
    for (let c = 0; c < CLASSES; c++) {
      probabilities[c * voxels + v] = Math.exp(logits[c * voxels + v]) / sum;
      crossEntropy -= (truth[c * voxels + v] * Math.log(probabilities[c * voxels + v])) / voxels;
    }
  }
  let dice = 0;
  for (let c = 1; c < CLASSES; c++) {
    let [overlap, sizes] = [0, 0];
    for (let v = c * voxels; v < (c + 1) * voxels; v++) {
      overlap += probabilities[v] * truth[v];
      sizes += probabilities[v] + truth[v];
    }
    dice += (2 * overlap + DICE_SMOOTHING) / (sizes + DICE_SMOOTHING) / (CLASSES - 1);
  }
  return 1 - dice + crossEntropy;
}

const small: SegmentConfig = { ...SEGMENT_PRESETS.fast, channels: [4, 6, 8, 8] };

test("the loss at full resolution alone equals its slow twin", async () => {
  const extents = [5, 8, 6];
  const { loss, classes, levels } = await evaluate(small, extents);
  expect(levels.length).toBe(1);
  expect(loss).toBeCloseTo(twin(levels[0].logits, sharesOfBlocks(classes, extents, 1, extents)), 5);
});

test("deep supervision weighs the levels 1, 1/2, 1/4; truth of a coarse voxel is the share of its block", async () => {
  const extents = [5, 8, 6]; // padded to 8 x 8 x 8
  const { loss, classes, levels } = await evaluate({ ...small, deepSupervision: true }, extents);
  expect(levels.map((level) => level.extents)).toEqual([extents, [4, 4, 4], [2, 2, 2]]);
  const losses = levels.map((level, l) => twin(level.logits, sharesOfBlocks(classes, extents, 2 ** l, level.extents)));
  expect(loss).toBeCloseTo((losses[0] + losses[1] / 2 + losses[2] / 4) / 1.75, 5);
  expect(Math.abs(losses[0] - losses[2])).toBeGreaterThan(0.01); // the levels differ, so the weights matter
});

test("of a slice the flat axis has no levels", async () => {
  const { loss, levels } = await evaluate({ ...small, deepSupervision: true }, [1, 8, 8]);
  expect(levels.map((level) => level.extents)).toEqual([
    [1, 8, 8],
    [1, 4, 4],
    [1, 2, 2],
  ]);
  expect(loss).toBeGreaterThan(0);
});
