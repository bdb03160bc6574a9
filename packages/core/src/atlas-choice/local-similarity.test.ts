import { compile, createRandom, input } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { localNcc } from "../losses/local-ncc.ts";
import type { Dims } from "../volume/volume.ts";
import { createLocalSimilarity } from "./local-similarity.ts";

const DIMS: Dims = [9, 7, 6];
const COUNT = 9 * 7 * 6;
const random = createRandom(5, "local-similarity");
const noise = (): Float32Array => Float32Array.from({ length: COUNT }, () => random.uniform());
const everywhere = new Float32Array(COUNT).fill(1);

test.each([3, 5, 9])("equals the loss's definition, window %i", async (window) => {
  const [a, b] = [noise(), noise().map((value, at) => (at % 3 === 0 ? 0.25 : value))];
  const [x, y] = ["a", "b"].map((name) => input(name, [1, 1, 6, 7, 9]));
  const session = await compile({ value: localNcc(x, y, { window }) }, { threads: 1 });
  const { value } = await session.run({ a, b });
  await session.dispose();
  const { momentsOf, compare } = createLocalSimilarity(DIMS, { window });
  expect(compare(momentsOf(a), momentsOf(b), everywhere)).toBeCloseTo(value[0], 5);
});

test("of a slice equals the loss's definition too: the box has no third side", async () => {
  const [a, b] = [noise().slice(0, 63), noise().slice(0, 63)];
  const [x, y] = ["a", "b"].map((name) => input(name, [1, 1, 1, 7, 9]));
  const session = await compile({ value: localNcc(x, y, { window: 5 }) }, { threads: 1 });
  const { value } = await session.run({ a, b });
  await session.dispose();
  const { momentsOf, compare } = createLocalSimilarity([9, 7, 1], { window: 5 });
  expect(compare(momentsOf(a), momentsOf(b), new Float32Array(63).fill(1))).toBeCloseTo(value[0], 5);
});

test("is near 1 for an image and its negative, 0 where one of them is flat or the region is empty", () => {
  const { momentsOf, compare } = createLocalSimilarity(DIMS, { window: 5 });
  const image = noise();
  const inner = everywhere.map((_, at) => {
    const [i, j, k] = [at % 9, Math.floor(at / 9) % 7, Math.floor(at / 63)];
    return i > 1 && i < 7 && j > 1 && j < 5 && k > 1 && k < 4 ? 1 : 0; // the whole window lies inside
  });
  expect(compare(momentsOf(image), momentsOf(image.map((value) => 1 - value)), inner)).toBeCloseTo(1, 3);
  expect(compare(momentsOf(image), momentsOf(everywhere.map(() => 0.5)), inner)).toBeLessThan(1e-3);
  expect(compare(momentsOf(image), momentsOf(image), new Float32Array(COUNT))).toBe(0);
});
