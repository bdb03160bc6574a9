import { cellAreas } from "./cell-area.ts";
import type { Lattice } from "./distance-transform.ts";
import type { Mask } from "./mask.ts";

/**
 * Where the surface of a mask is taken to lie.
 * - `voxel-center`: at the centers of the mask's own voxels that have a face neighbor outside, each counted once
 *   (MONAI, Metrics Reloaded).
 * - `surfel`: at the corners shared by voxels inside and outside, weighted by the area of the marching-cubes surface
 *   there (google-deepmind/surface-distance).
 */
export type SurfaceConvention = "voxel-center" | "surfel";

/** The surface of a mask as points of a lattice. */
export interface SurfacePoints {
  readonly lattice: Lattice;
  /** Indices into the lattice. */
  readonly points: readonly number[];
  /** Area of each point in mm2 (mm in the plane), or 1 where points are counted. */
  readonly weights: readonly number[];
}

export function surfacePoints(mask: Mask, convention: SurfaceConvention): SurfacePoints {
  switch (convention) {
    case "voxel-center":
      return edgeVoxels(mask);
    case "surfel":
      return surfels(mask);
  }
}

/** Voxels of the mask with a face neighbor outside; the outside of the array is outside. */
function edgeVoxels({ dims, spacingMm, data }: Mask): SurfacePoints {
  const strides = stridesOf(dims);
  const points: number[] = [];
  for (let index = 0; index < data.length; index++) {
    if (data[index] === 0) continue;
    let rest = index;
    for (let axis = 0; axis < dims.length; axis++) {
      const position = rest % dims[axis];
      rest = (rest - position) / dims[axis];
      const atBorder = position === 0 || position === dims[axis] - 1;
      if (atBorder || data[index - strides[axis]] === 0 || data[index + strides[axis]] === 0) {
        points.push(index);
        break;
      }
    }
  }
  return { lattice: { dims, spacingMm }, points, weights: points.map(() => 1) };
}

/** Voxel corners with voxels inside and outside around them; the lattice has one point more along each axis. */
function surfels({ dims, spacingMm, data }: Mask): SurfacePoints {
  const areas = cellAreas(spacingMm);
  const corners = dims.map((size) => size + 1);
  const [columns, rows] = corners;
  const [width, height, depth] = [dims[0], dims[1], dims[2] ?? 1];
  // Each voxel adds its bit to the codes of the corners around it; in the plane there is one layer of corners only.
  const codes = new Uint8Array(corners.reduce((a, b) => a * b, 1));
  const offsets = Array.from({ length: 2 ** dims.length }, (_, bit) => bit);
  const shift = offsets.map((bit) => (bit & 1) + columns * (((bit >> 1) & 1) + rows * (bit >> 2)));
  let index = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, index++) {
        if (data[index] === 0) continue;
        const corner = i + columns * (j + rows * k);
        for (const bit of offsets) codes[corner + shift[bit]] |= 1 << bit;
      }
    }
  }
  const full = areas.length - 1;
  const points: number[] = [];
  const weights: number[] = [];
  for (let point = 0; point < codes.length; point++) {
    if (codes[point] === 0 || codes[point] === full) continue;
    points.push(point);
    weights.push(areas[codes[point]]);
  }
  return { lattice: { dims: corners, spacingMm }, points, weights };
}

function stridesOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => dims.slice(0, axis).reduce((a, b) => a * b, 1));
}
