import type { Affine } from "./affine.ts";

/** `[i, j, k]`, i fastest in memory, so that a volume becomes a `[1, 1, k, j, i]` tensor without moving a byte. */
export type Dims = readonly [number, number, number];

/** A grid in space: how many voxels, and where voxel `[i, j, k]` lies in RAS millimetres. */
export interface Grid {
  readonly dims: Dims;
  readonly affine: Affine;
}

/** A scalar image. `data[i + dims[0] * (j + dims[1] * k)]`. */
export interface Volume extends Grid {
  readonly kind: "image";
  readonly data: Float32Array;
}

/** An integer volume, 0 is background. A type of its own, so that labels cannot be interpolated by mistake. */
export interface LabelMap extends Grid {
  readonly kind: "labels";
  readonly data: Int32Array;
}

export function voxelCount(dims: Dims): number {
  return dims[0] * dims[1] * dims[2];
}
