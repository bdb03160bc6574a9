import { expect, test } from "vitest";
import { overlappingMaxPoolGradientTwin } from "../conformance/twins/pool-overlapping.ts";
import { gradients } from "../gradients.ts";
import { createRandom } from "../random.ts";
import { compile } from "../runtime/session.ts";
import { sizeOf } from "../shape.ts";
import { input } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { overlappingMaxPool, type PoolOptions } from "./pool-overlapping.ts";
import { reduceSum } from "./reduce.ts";

const CASES: readonly (readonly [shape: readonly number[], options: PoolOptions])[] = [
  [[2, 2, 9], {}],
  [[1, 3, 7, 8], {}],
  [[2, 2, 5, 6, 7], {}],
  [[1, 2, 6, 5, 6], { kernel: [2, 3, 4], stride: [1, 2, 3], padding: [1, 0, 2] }],
];

for (const [shape, options] of CASES) {
  test(`of equal voxels the first gets the whole gradient: [${shape}] ${JSON.stringify(options)}`, async () => {
    const x = input("x", shape);
    const pooled = overlappingMaxPool(x, options);
    const weight = input("weight", pooled.shape);
    const [gradient] = gradients(reduceSum(mul(pooled, weight)), [x]);
    const session = await compile({ gradient });
    const random = createRandom(3, "ties", String(shape));
    // Three values only, negative ones too: nearly every window has equal voxels, and zeros would beat some.
    const values = Float32Array.from({ length: sizeOf(shape) }, () => random.integer(3) - 3);
    const g = Float32Array.from({ length: sizeOf(pooled.shape) }, () => random.normal());
    const got = (await session.run({ x: values, weight: g })).gradient;
    await session.dispose();
    const expected = overlappingMaxPoolGradientTwin(
      { shape, data: Float64Array.from(values) },
      { shape: pooled.shape, data: Float64Array.from(g) },
      options,
    );
    for (const [index, value] of expected.data.entries()) expect(got[index]).toBeCloseTo(value, 5);
  });
}
