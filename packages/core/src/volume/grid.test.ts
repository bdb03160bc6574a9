import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affineFromParts, applyAffine, rotationFromEuler, scalingAffine, spacingMm } from "./affine.ts";
import { cropOrPadGrid, enclosingRasGrid, gridDifference, respaceGrid, sameGrid, windowOfGrid } from "./grid.ts";
import { resampleImage, resampleLabels } from "./resample.ts";
import { type Dims, type Grid, type Volume, voxelCount } from "./volume.ts";

const extent = fc.integer({ min: 1, max: 9 });
const anyDims: fc.Arbitrary<Dims> = fc.tuple(extent, extent, extent);
const affine = affineFromParts(
  rotationFromEuler(0.1, 0.2, 0.3).map((value, index) => value * [1, 1.5, 3][index % 3]),
  [-40, 7, 9],
);

function counted(grid: Grid): Volume {
  return {
    ...grid,
    kind: "image",
    data: Float32Array.from({ length: voxelCount(grid.dims) }, (_, index) => index + 1),
  };
}

describe("grids", () => {
  it("are the same up to rounding in float32, and different from a thousandth of a voxel", () => {
    const grid: Grid = { dims: [64, 64, 48], affine };
    expect(sameGrid(grid, { ...grid, affine: affine.map(Math.fround) })).toBe(true);
    const shifted = (mm: number): Grid => ({ ...grid, affine: affine.map((v, index) => (index === 3 ? v + mm : v)) });
    expect(sameGrid(grid, shifted(0.0009))).toBe(true);
    expect(gridDifference(grid, shifted(0.002))).toBe("the same 64x64x48 voxels, but up to 0.002 mm away");
    expect(gridDifference(grid, { ...grid, dims: [64, 64, 47] })).toContain("instead of");
    expect(sameGrid(grid, shifted(Number.NaN))).toBe(false);
  });

  it("cropping undoes padding, and padding puts back what cropping left", () => {
    fc.assert(
      fc.property(anyDims, anyDims, (dims, other) => {
        const grid: Grid = { dims, affine };
        const there = cropOrPadGrid(grid, other);
        expect(sameGrid(cropOrPadGrid(there, dims), grid)).toBe(true);
        const volume = counted(grid);
        const back = resampleImage(resampleImage(volume, there), grid);
        // A voxel either comes back untouched or was cropped away and is 0 now.
        back.data.forEach((value, index) => {
          if (Math.abs(value) > 1e-3) expect(value).toBeCloseTo(volume.data[index], 3);
        });
        const kept = dims.reduce((product, count, axis) => product * Math.min(count, other[axis]), 1);
        expect(back.data.filter((value) => Math.abs(value) > 1e-3).length).toBe(kept);
      }),
    );
  });

  it("puts an odd voxel at the end", () => {
    const padded = cropOrPadGrid({ dims: [3, 3, 3], affine: scalingAffine([1, 1, 1]) }, [6, 4, 3]);
    expect(padded.affine[3]).toBe(-1);
    expect(padded.affine[7]).toBe(0);
  });

  it("a window is part of the grid", () => {
    const grid: Grid = { dims: [4, 4, 4], affine };
    expect(applyAffine(windowOfGrid(grid, [1, 2, 3], [2, 2, 1]).affine, [0, 0, 0])).toEqual(
      applyAffine(affine, [1, 2, 3]),
    );
  });

  it("another spacing keeps the box and its center", () => {
    const spaced = respaceGrid({ dims: [40, 60, 21], affine }, [2, 1, 1]);
    expect(spaced.dims).toEqual([20, 90, 63]);
    spacingMm(spaced.affine).forEach((mm, axis) => {
      expect(mm).toBeCloseTo([2, 1, 1][axis], 10);
    });
    const [before, after] = [applyAffine(affine, [19.5, 29.5, 10]), applyAffine(spaced.affine, [9.5, 44.5, 31])];
    after.forEach((mm, axis) => {
      expect(mm).toBeCloseTo(before[axis], 9);
    });
  });

  it("an enclosing grid has RAS axes and holds every corner", () => {
    const grid = enclosingRasGrid({ dims: [10, 12, 5], affine }, [2, 2, 2]);
    expect(grid.affine.filter((value) => value === 0).length).toBe(9);
    const labels = { ...grid, kind: "labels" as const, data: new Int32Array(voxelCount(grid.dims)).fill(1) };
    expect(resampleLabels(labels, { dims: [10, 12, 5], affine }).data.every((value) => value === 1)).toBe(true);
  });
});
