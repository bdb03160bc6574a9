import { expect, it } from "vitest";
import { identityAffine } from "./affine.ts";
import { assertSameRank, assertVolumeOrSlice, flatAxis } from "./flat-axis.ts";
import type { Dims, Grid } from "./volume.ts";

const grid = (...dims: Dims): Grid => ({ dims, affine: identityAffine() });

it("the axis across a slice is the one of one voxel; a volume has none", () => {
  expect([flatAxis([1, 5, 4]), flatAxis([5, 1, 4]), flatAxis([5, 4, 1]), flatAxis([2, 2, 2])]).toEqual([
    0,
    1,
    2,
    undefined,
  ]);
});

it("a volume and a slice can be used, a line of voxels cannot", () => {
  expect(() => assertVolumeOrSlice(grid(5, 4, 3), "a.nii")).not.toThrow();
  expect(() => assertVolumeOrSlice(grid(5, 4, 1), "a.nii")).not.toThrow();
  expect(() => assertVolumeOrSlice(grid(5, 1, 1), "a.nii")).toThrow("a.nii: expected a 3-D volume or a 2-D slice");
});

it("a slice among volumes and a volume among slices are refused by name", () => {
  const [volume, slice] = [grid(5, 4, 3), grid(5, 4, 1)];
  expect(() => assertSameRank(volume, slice, "atlas.nii", "b.nii")).toThrow(
    "b.nii: expected a 3-D volume, as atlas.nii is, got a single slice of 5x4x1 voxels",
  );
  expect(() => assertSameRank(slice, volume, "atlas.nii", "b.nii")).toThrow("b.nii: expected a single slice");
  expect(() => assertSameRank(slice, grid(9, 8, 1), "a", "b")).not.toThrow();
});
