import { expect, test } from "vitest";
import { gradients } from "../gradients.ts";
import { createRandom } from "../random.ts";
import { compile } from "../runtime/session.ts";
import { input } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { reduceSum } from "./reduce.ts";
import { warp } from "./sample.ts";

test("on a large volume and several threads no added value gets lost, and the bits are the same each time", async () => {
  const shape = [1, 1, 48, 64, 48];
  const voxels = 48 * 64 * 48;
  const image = input("image", shape);
  const weight = input("weight", shape);
  const warped = warp(image, input("displacement", [1, 3, 48, 64, 48]));
  const [gradient] = gradients(reduceSum(mul(warped, weight)), [image]);
  const session = await compile({ gradient }, { threads: 2 });
  const random = createRandom(1, "splat");
  const feeds = {
    // Far displacements, clamped to the edges: many values meet in few voxels.
    displacement: random.normals(3 * voxels).map((value) => 40 * value),
    weight: Float32Array.from({ length: voxels }, random.uniform),
    image: new Float32Array(voxels),
  };
  const runs = [];
  for (let run = 0; run < 6; run++) runs.push((await session.run(feeds)).gradient);
  await session.dispose();
  // The weights of the corners sum to 1, so the sum over all voxels stays.
  const total = feeds.weight.reduce((sum, value) => sum + value, 0);
  for (const values of runs) {
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / total - 1)).toBeLessThan(1e-5);
    expect(values).toEqual(runs[0]);
  }
});
