import { expect, test } from "vitest";
import { gradients } from "../gradients.ts";
import { createRandom } from "../random.ts";
import { compile } from "../runtime/session.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { input } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { type ConvOptions, conv } from "./conv.ts";
import { reduceSum } from "./reduce.ts";

/**
 * conv is linear in its weight, so sum(g conv(x, w)) = sum(gw w) for any w. Checked at sizes where the operand that
 * is stacked changes and where long volumes are cut into slabs, which small shapes never reach.
 */
const cases: Record<string, { x: Shape; weight: Shape; options?: ConvOptions }> = {
  "image stacked": { x: [2, 18, 8, 9, 10], weight: [16, 18, 3, 3, 3] },
  "gradient stacked": { x: [2, 16, 8, 9, 10], weight: [18, 16, 3, 3, 3] },
  "few image channels": { x: [1, 2, 8, 9, 10], weight: [17, 2, 3, 3, 3] },
  "few gradient channels": { x: [1, 17, 8, 9, 10], weight: [3, 17, 3, 3, 3] },
  "kernel of different edges": { x: [1, 17, 6, 7], weight: [16, 17, 1, 3] },
  "one axis": { x: [1, 17, 20], weight: [16, 17, 5] },
  "two slabs": { x: [1, 16, 56, 56, 56], weight: [16, 16, 3, 3, 3] },
  "windows, small volume": { x: [2, 18, 5, 6, 7], weight: [16, 18, 3, 3, 3] },
  "windows, first layer": { x: [1, 1, 24, 24, 24], weight: [16, 1, 7, 7, 7], options: { stride: 2 } },
  "windows, two slabs of different depth": {
    x: [1, 64, 15, 13, 13],
    weight: [3, 64, 3, 3, 3],
    options: { dilation: 4 },
  },
  "windows, two slabs, stride and batch": { x: [2, 64, 23, 24, 20], weight: [5, 64, 3, 3, 3], options: { stride: 2 } },
};

for (const [name, shapes] of Object.entries(cases)) {
  test(`the weight gradient is the transpose of the convolution: ${name}`, async () => {
    const x = input("x", shapes.x);
    const weight = input("weight", shapes.weight);
    const y = conv(x, weight, undefined, shapes.options);
    const g = input("g", y.shape);
    const forward = reduceSum(mul(y, g));
    const [gradient] = gradients(forward, [weight]);
    const session = await compile({ forward, gradient }, { threads: 1 });
    const random = createRandom(3, name);
    const w = random.normals(sizeOf(shapes.weight));
    const feeds = { x: random.normals(sizeOf(shapes.x)), g: random.normals(sizeOf(y.shape)), weight: w };
    const results = await session.run(feeds);
    await session.dispose();
    const scale = Math.hypot(...results.gradient) * Math.hypot(...w);
    const transposed = results.gradient.reduce((sum, value, at) => sum + value * w[at], 0);
    expect(Math.abs(transposed - results.forward[0]) / scale).toBeLessThan(1e-5);
  });
}
