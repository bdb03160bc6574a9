import { sizeOf } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { slideWindow, windowStarts } from "./sliding-window.ts";

test("windows begin at the first voxel, end at the last, and overlap by half at least", () => {
  expect(windowStarts([80, 96, 5], [56, 64, 5])).toEqual([
    [0, 0, 0],
    [0, 32, 0],
    [24, 0, 0],
    [24, 32, 0],
  ]);
  for (const extent of [8, 9, 12, 13, 29]) {
    const starts = windowStarts([extent, 4, 4], [8, 4, 4]).map(([k]) => k);
    expect([starts[0], starts[starts.length - 1]]).toEqual([0, extent - 8]);
    for (const [n, start] of starts.slice(1).entries()) expect(start - starts[n]).toBeLessThanOrEqual(4);
  }
});

test("what depends on a voxel alone comes out as if the whole grid were seen at once", async () => {
  const extents = [7, 9, 11];
  const image = Float32Array.from({ length: sizeOf(extents) }, (_, p) => Math.sin(p));
  const predict = async (seen: Float32Array): Promise<Float32Array> =>
    Float32Array.from([...seen, ...seen.map((value) => 1 - value)]);
  const whole = await predict(image);
  const slid = await slideWindow({ extents, window: [4, 5, 6], classes: 2 }, image, predict);
  for (const [p, value] of whole.entries()) expect(slid[p]).toBeCloseTo(value, 5);
});

test("where windows disagree, the one whose center is nearer has more weight", async () => {
  let windows = 0;
  const predict = async (seen: Float32Array): Promise<Float32Array> => new Float32Array(seen.length).fill(windows++);
  const settings = { extents: [1, 1, 12], window: [1, 1, 8], classes: 1 };
  const slid = await slideWindow(settings, new Float32Array(12), predict); // windows 0 to 7 and 4 to 11
  const gauss = (voxel: number, center: number): number => Math.exp(-((voxel - center) ** 2) / 2); // sigma: 1 voxel
  for (const [voxel, value] of slid.entries()) {
    const [first, second] = [gauss(voxel, 3.5), gauss(voxel, 7.5)].map((weight) => Math.max(1e-3, weight));
    const expected = voxel < 4 ? 0 : voxel > 7 ? 1 : second / (first + second);
    expect(value).toBeCloseTo(expected, 5);
  }
  expect(windows).toBe(2);
});
