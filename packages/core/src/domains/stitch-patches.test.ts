import { createRandom, type Shape, sizeOf } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { patchStarts, stitchPatches } from "./stitch-patches.ts";

const EXTENTS: readonly Shape[] = [
  [8, 8, 8],
  [5, 8, 3],
  [9, 20, 13],
  [1, 31, 8],
];
const patchExtents = [8, 8, 8];

describe("stitchPatches", () => {
  it.each(EXTENTS)("%j: covers every voxel, neighbors overlap by half", (...extents) => {
    const starts = patchStarts(extents, patchExtents);
    for (const axis of [0, 1, 2]) {
      const along = [...new Set(starts.map((start) => start[axis]))].sort((a, b) => a - b);
      expect(along[0]).toBeLessThanOrEqual(0);
      expect(along[along.length - 1] + 8).toBeGreaterThanOrEqual(extents[axis]);
      for (let index = 1; index < along.length; index++) expect(along[index] - along[index - 1]).toBeLessThanOrEqual(4);
      if (extents[axis] >= 8) expect(along[along.length - 1] + 8).toBe(extents[axis]);
    }
  });

  it.each(EXTENTS)("%j: a network that looks at single voxels gives what it gives the whole", async (...extents) => {
    const image = createRandom(7, "stitch").normals(sizeOf(extents));
    const predict = async (patch: Float32Array) =>
      Float32Array.from([...patch.map((value) => 1 / (1 + value * value)), ...patch.map((value) => 0.5 * value)]);
    const result = await stitchPatches({ image, extents, patchExtents, classes: 2, predict });
    const expected = await predict(image);
    expect(result.length).toBe(expected.length);
    expect(Math.max(...result.map((value, p) => Math.abs(value - expected[p])))).toBeLessThan(1e-5);
  });

  it("trusts the middle of a patch more than its border", async () => {
    const extents = [8, 8, 12];
    let call = 0;
    const predict = async (patch: Float32Array) => new Float32Array(patch.length).fill(call++);
    const result = await stitchPatches({ image: new Float32Array(768), extents, patchExtents, classes: 1, predict });
    expect(call).toBe(2);
    const row = [...result.slice(0, 12)];
    expect(row[0]).toBe(0);
    expect(row[11]).toBe(1);
    expect(row[4]).toBeLessThan(0.2);
    expect(row[7]).toBeGreaterThan(0.8);
  });
});
