import { InputError } from "../errors.ts";
import {
  type Affine,
  applyAffine,
  multiplyAffines,
  type Point,
  scalingAffine,
  spacingMm,
  translationAffine,
} from "./affine.ts";
import type { Dims, Grid } from "./volume.ts";

/**
 * Two grids count as one where every corner of the volume agrees to this share of the smallest spacing: headers store
 * float32 and programs round differently, but a shift that could move a label is far larger.
 */
export const GRID_TOLERANCE = 1e-3;

/** The largest distance in mm between equal corner voxels of two grids of equal dims. */
function largestCornerShiftMm(first: Grid, second: Grid): number {
  let largest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const index: Point = [0, 1, 2].map((axis) => ((corner >> axis) & 1) * (first.dims[axis] - 1)) as unknown as Point;
    const a = applyAffine(first.affine, index);
    const b = applyAffine(second.affine, index);
    largest = Math.max(largest, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
  }
  return largest;
}

/** Says in words how two grids differ, or undefined where they are the same within `GRID_TOLERANCE`. */
export function gridDifference(first: Grid, second: Grid): string | undefined {
  if (first.dims.some((count, axis) => count !== second.dims[axis])) {
    return `${second.dims.join("x")} voxels instead of ${first.dims.join("x")}`;
  }
  const shiftMm = largestCornerShiftMm(first, second);
  // Written so that a NaN counts as a difference.
  if (shiftMm <= GRID_TOLERANCE * Math.min(...spacingMm(first.affine))) return undefined;
  return `the same ${first.dims.join("x")} voxels, but up to ${Number(shiftMm.toPrecision(3))} mm away`;
}

export function sameGrid(first: Grid, second: Grid): boolean {
  return gridDifference(first, second) === undefined;
}

/** Throws an InputError unless two volumes, named for the message, lie on one grid. */
export function assertSameGrid(first: Grid, second: Grid, firstName: string, secondName: string): void {
  const difference = gridDifference(first, second);
  if (difference === undefined) return;
  throw new InputError({
    subject: secondName,
    expected: `the grid of ${firstName}`,
    got: difference,
    todo: "Give an image and labels of the same scan, or resample one onto the other first.",
  });
}

/** RAS mm of the middle of the box of voxels. */
export function gridCenter({ dims, affine }: Grid): Point {
  return applyAffine(affine, [(dims[0] - 1) / 2, (dims[1] - 1) / 2, (dims[2] - 1) / 2]);
}

/** A window of a grid, which may reach beyond it: voxel `[0, 0, 0]` of the result is voxel `start` of the grid. */
export function windowOfGrid(grid: Grid, start: Point, dims: Dims): Grid {
  return { dims, affine: multiplyAffines(grid.affine, translationAffine(start)) };
}

/**
 * Cropped or padded to `dims`, equally on both sides. Where the number of voxels to add or remove is odd, the odd one
 * is at the end; rounding towards zero makes cropping the exact inverse of padding.
 */
export function cropOrPadGrid(grid: Grid, dims: Dims): Grid {
  const start = grid.dims.map((count, axis) => Math.trunc((count - dims[axis]) / 2));
  return windowOfGrid(grid, start as unknown as Point, dims);
}

/** The same box in space at another spacing: the outer faces of the voxels stay, up to rounding of the dims. */
export function respaceGrid(grid: Grid, targetSpacingMm: Point): Grid {
  const spacing = spacingMm(grid.affine);
  const ratio = spacing.map((mm, axis) => targetSpacingMm[axis] / mm) as unknown as Point;
  const dims = grid.dims.map((count, axis) => Math.max(1, Math.round(count / ratio[axis]))) as unknown as Dims;
  // Keeps the center of the box where it is: source index = ratio * index + shift.
  const shift = grid.dims.map((count, axis) => (count - 1 - ratio[axis] * (dims[axis] - 1)) / 2) as unknown as Point;
  return { dims, affine: multiplyAffines(grid.affine, translationAffine(shift), scalingAffine(ratio)) };
}

/**
 * The grid along the RAS axes that encloses all voxel centers, starting at the lowest one, as SPM and nibabel's
 * `vox2out_vox` choose it: `dims = ceil(extent / spacing) + 1`.
 */
export function enclosingRasGrid(grid: Grid, targetSpacingMm: Point): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const index = [0, 1, 2].map((axis) => ((corner >> axis) & 1) * (grid.dims[axis] - 1)) as unknown as Point;
    applyAffine(grid.affine, index).forEach((mm, axis) => {
      low[axis] = Math.min(low[axis], mm);
      high[axis] = Math.max(high[axis], mm);
    });
  }
  const dims = low.map((mm, axis) => Math.ceil((high[axis] - mm) / targetSpacingMm[axis]) + 1);
  const affine: Affine = multiplyAffines(translationAffine(low as unknown as Point), scalingAffine(targetSpacingMm));
  return { dims: dims as unknown as Dims, affine };
}
