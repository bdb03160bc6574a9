import type { Grid } from "./volume.ts";

/**
 * Several values for each voxel of one grid, for example time points or probabilities ("series"), or the components of
 * a vector ("vectors"). `data[voxel + t * voxelCount(dims)]`: one volume after the other, `[count, k, j, i]`.
 */
export interface VolumeSeries extends Grid {
  readonly kind: "series" | "vectors";
  readonly count: number;
  readonly data: Float32Array;
}
