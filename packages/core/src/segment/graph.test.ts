import { compile, createRandom, initializeWeights, input, type Shape, sizeOf, type Tensor } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { DICE_SMOOTHING } from "../losses/dice.ts";
import { unetLevels } from "../networks/unet.ts";
import { SEGMENT_PRESETS, type SegmentConfig } from "./config.ts";
import { networkConfig, segmenterLoss, segmenterParameters } from "./graph.ts";

const CLASSES = 3;
type Level = { readonly extents: Shape; readonly logits: Float32Array };

/** The loss of random weights on one random example, with the logits of every level. */
async function evaluate(config: SegmentConfig, extents: Shape) {
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
  const voxels = sizeOf(extents);
  const classes = Float32Array.from({ length: voxels }, () => random.integer(CLASSES));
  const results = await session.run({ image: random.normals(voxels), truth: classes });
  await session.dispose();
  const seen: Level[] = levels.map(({ shape }, l) => ({ extents: shape.slice(2), logits: results[`level${l}`] }));
  return { loss: results.loss[0], classes, levels: seen };
}

/** Share of each class in every block of a level's grid, `[classes, ...]`; blocks may reach beyond the scan. */
function sharesOfBlocks(classes: Float32Array, [d, h, w]: Shape, level: number, coarse: Shape): Float64Array {
  const [bd, bh, bw] = [d, h, w].map((extent) => (extent === 1 ? 1 : 2 ** level));
  const [, ch, cw] = coarse;
  const shares = new Float64Array(CLASSES * sizeOf(coarse));
  for (let z = 0; z < d; z++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const at = (Math.floor(z / bd) * ch + Math.floor(y / bh)) * cw + Math.floor(x / bw);
        shares[classes[(z * h + y) * w + x] * sizeOf(coarse) + at] += 1 / (bd * bh * bw);
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

/** The loss of the graph, and of each level by the slow twin. */
async function bothLosses(config: SegmentConfig, extents: Shape) {
  const { loss, classes, levels } = await evaluate(config, extents);
  const twins = levels.map((level, l) => twin(level.logits, sharesOfBlocks(classes, extents, l, level.extents)));
  return { loss, twins, grids: levels.map((level) => level.extents) };
}

test("the loss at full resolution alone equals its slow twin", async () => {
  const { loss, twins } = await bothLosses(small, [5, 8, 6]);
  expect(twins).toHaveLength(1);
  expect(loss).toBeCloseTo(twins[0], 5);
});

test.each([
  {
    of: "a volume that is padded to 8 x 8 x 8",
    grids: [
      [5, 8, 6],
      [4, 4, 4],
      [2, 2, 2],
    ],
  },
  {
    of: "a slice, whose flat axis is never halved",
    grids: [
      [1, 8, 8],
      [1, 4, 4],
      [1, 2, 2],
    ],
  },
])("deep supervision of $of: levels weigh 1, 1/2, 1/4, their truth are shares of blocks", async ({ grids }) => {
  const seen = await bothLosses({ ...small, deepSupervision: true }, grids[0]);
  expect(seen.grids).toEqual(grids);
  const [full, half, quarter] = seen.twins;
  expect(seen.loss).toBeCloseTo((full + half / 2 + quarter / 4) / 1.75, 5);
  expect(Math.abs(full - quarter)).toBeGreaterThan(0.01); // the levels differ, so the weights matter
});
