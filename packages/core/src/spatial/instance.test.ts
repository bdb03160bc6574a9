import { compile, initializeWeights, input, sizeOf } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { registrationParameters } from "../networks/registration-net.ts";
import { createSpatialModel } from "./apply.ts";
import { SPATIAL_PRESETS, type SpatialConfig } from "./config.ts";
import { networkConfig } from "./graph.ts";
import { createInstanceOptimizer } from "./instance.ts";
import { registrationLoss } from "./loss.ts";

const narrow: SpatialConfig = { ...SPATIAL_PRESETS.fast, encoder: [4, 4], decoder: [4, 4], smoothness: 0.1 };
const config: SpatialConfig = { ...narrow, instanceSteps: 20 };
const extents = [16, 16, 16];
const options = { threads: 1 };

/** A smooth blob about a center, `[D, H, W]`. */
function blob(center: readonly number[], [depth, height, width] = extents): Float32Array {
  return Float32Array.from({ length: depth * height * width }, (_, at) => {
    const place = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    return Math.exp(-place.reduce((sum, x, axis) => sum + (x - center[axis]) ** 2, 0) / 18);
  });
}

async function lossOf(moving: Float32Array, fixed: Float32Array, field: Float32Array): Promise<number> {
  const image = [1, 1, ...extents];
  const { loss } = registrationLoss(config, extents, {
    ...{ moving: input("moving", image), fixed: input("fixed", image), field: input("field", [1, 3, 8, 8, 8]) },
  });
  const session = await compile({ loss }, options);
  const made = await session.run({ moving, fixed, field });
  await session.dispose();
  return made.loss[0];
}

test("the loss of a pair falls, each pair starts from its own field, and the order of pairs changes nothing", async () => {
  const optimizer = await createInstanceOptimizer(config, extents, options);
  const still = new Float32Array(3 * 512);
  const [a, b] = [blob([8, 8, 7]), blob([8, 8, 9.5])];
  const there = await optimizer.improve(a, b, still);
  const back = await optimizer.improve(b, a, still);
  const again = await optimizer.improve(a, b, still);
  await optimizer.dispose();
  expect(await lossOf(a, b, there)).toBeLessThan(0.7 * (await lossOf(a, b, still)));
  expect(again).toEqual(there);
  // Pull-back: to show a's blob farther along W, places near b's read from smaller W, and the other way round.
  const atCenter = (4 * 8 + 4) * 8 + 4;
  expect(there[2 * 512 + atCenter]).toBeLessThan(-0.3);
  expect(back[2 * 512 + atCenter]).toBeGreaterThan(0.3);
});

test("one step moves no place by more than the rate", async () => {
  const optimizer = await createInstanceOptimizer({ ...config, instanceSteps: 1 }, extents, options);
  const start = Float32Array.from({ length: 3 * 512 }, (_, at) => Math.sin(at) / 4);
  const moved = await optimizer.improve(blob([8, 8, 7]), blob([9, 7, 9]), start);
  await optimizer.dispose();
  const largest = Math.max(...moved.map((value, at) => Math.abs(value - start[at])));
  expect(largest).toBeGreaterThan(0.04);
  expect(largest).toBeLessThan(0.0501);
});

test("of a slice no place leaves its plane", async () => {
  const slice = [1, 16, 16];
  const optimizer = await createInstanceOptimizer(config, slice, options);
  const moved = await optimizer.improve(blob([0, 8, 7], slice), blob([0, 8, 9], slice), new Float32Array(3 * 64));
  await optimizer.dispose();
  expect(moved.subarray(0, 64)).toEqual(new Float32Array(64));
  expect(Math.max(...moved.subarray(64).map(Math.abs))).toBeGreaterThan(0.1);
});

test("a spatial model with instance steps: better than its network, and field, displacement and image belong together", async () => {
  const weights = initializeWeights(registrationParameters(networkConfig(config)), 1);
  const both = { forward: weights, backward: weights };
  const [network, model] = [
    await createSpatialModel(narrow, both, extents, options),
    await createSpatialModel(config, both, extents, options),
  ];
  const [atlas, subject] = [blob([8, 8, 7]), blob([7, 8, 9])];
  const before = await network.atlasToSubject(atlas, subject);
  const after = await model.atlasToSubject(atlas, subject);
  await network.dispose();
  await model.dispose();
  const difference = (image: Float32Array): number => image.reduce((sum, v, at) => sum + (v - subject[at]) ** 2, 0);
  expect(difference(after.warped)).toBeLessThan(0.6 * difference(before.warped));
  expect(after.displacement).toHaveLength(3 * sizeOf(extents));
  // The displacement of an inner voxel of the field's grid, in voxels of the image: twice as many of half the size.
  const onImage = [0, 1].flatMap((d) => [0, 1].flatMap((h) => [0, 1].map((w) => ((8 + d) * 16 + 8 + h) * 16 + 8 + w)));
  const mean = onImage.reduce((sum, at) => sum + after.displacement[at], 0) / 8;
  expect(Math.abs(mean)).toBeGreaterThan(0.5);
  expect(Math.abs(mean - 2 * after.field[(4 * 8 + 4) * 8 + 4])).toBeLessThan(0.15);
});
