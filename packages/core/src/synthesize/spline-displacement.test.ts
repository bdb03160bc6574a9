import { compile, createRandom, input, sizeOf } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { meanExtent, splineDisplacement, splineKnots } from "./spline-displacement.ts";

const extents = [24, 30, 36];
const smoothness = 0.08;

async function displacement(values: Float32Array): Promise<Float32Array> {
  const knots = splineKnots(extents, smoothness);
  const graph = { r: splineDisplacement(input("knots", [1, 3, ...knots]), extents, smoothness) };
  const session = await compile(graph, { threads: 1 });
  const { r } = await session.run({ knots: values });
  await session.dispose();
  return r;
}

const count = 3 * sizeOf(splineKnots(extents, smoothness));

test("equal knots give a constant: the weights of each place sum to one", async () => {
  const r = await displacement(new Float32Array(count).fill(1));
  for (const value of r) expect(value).toBeCloseTo((315 / 151) ** 1.5, 4);
});

test("across a slice there is one knot: rms 1 and the mean extent are those of its plane", async () => {
  const slice = [1, 40, 60];
  expect(meanExtent(slice)).toBe(50);
  const knots = splineKnots(slice, smoothness);
  expect(knots[0]).toBe(1);
  const session = await compile(
    { r: splineDisplacement(input("knots", [1, 3, ...knots]), slice, smoothness) },
    { threads: 1 },
  );
  let square = 0;
  for (let seed = 0; seed < 20; seed++) {
    const { r } = await session.run({ knots: createRandom(seed).normals(3 * sizeOf(knots)) });
    square += r.reduce((sum, value) => sum + value ** 2, 0) / r.length / 20;
  }
  await session.dispose();
  expect(Math.sqrt(square)).toBeCloseTo(1, 1);
});

test("standard normal knots give rms 1 and the smoothness of a Gaussian of the given deviation", async () => {
  const voxels = sizeOf(extents);
  let [square, slope, fields] = [0, 0, 0];
  for (let seed = 0; seed < 6; seed++) {
    const r = await displacement(createRandom(seed).normals(count));
    for (let n = 0; n < 3 * voxels; n++) {
      square += r[n] ** 2;
      if (n % 36 !== 0) slope += (r[n] - r[n - 1]) ** 2;
      fields++;
    }
  }
  expect(Math.sqrt(square / fields)).toBeCloseTo(1, 1);
  // White noise smoothed by a Gaussian of deviation s has a mean squared slope of 1 / (2 s^2).
  const sigma = smoothness * meanExtent(extents);
  expect(slope / fields / (1 / (2 * sigma ** 2))).toBeGreaterThan(0.7);
  expect(slope / fields / (1 / (2 * sigma ** 2))).toBeLessThan(1.3);
});
