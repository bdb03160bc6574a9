import type { Dims } from "../volume/volume.ts";
import { type DistanceMetric, distanceTransform, type Spacing } from "./distance-transform.ts";

/** Distances from each edge voxel of one structure to the other's nearest edge voxel. */
export interface SurfaceDistances {
  readonly firstToSecond: Float64Array;
  readonly secondToFirst: Float64Array;
}

/**
 * Convention `voxel-center` (MONAI, Metrics Reloaded): the surface of a structure is the set of its voxels that have a
 * face neighbor outside of it, the volume's border counting as outside; distances run between voxel centers, in mm.
 * Both structures must have voxels.
 */
export function surfaceDistances(
  first: Uint8Array,
  second: Uint8Array,
  dims: Dims,
  spacingMm: Spacing,
  metric: DistanceMetric = "euclidean",
): SurfaceDistances {
  const box = commonBox(first, second, dims);
  const a = edgeVoxels(crop(first, dims, box), box.dims);
  const b = edgeVoxels(crop(second, dims, box), box.dims);
  return {
    firstToSecond: pick(distanceTransform(b, box.dims, spacingMm, metric), a),
    secondToFirst: pick(distanceTransform(a, box.dims, spacingMm, metric), b),
  };
}

/** 1 on voxels of the structure with a face neighbor that is not of it. */
export function edgeVoxels(mask: Uint8Array, [ni, nj, nk]: Dims): Uint8Array {
  const edge = new Uint8Array(mask.length);
  let p = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, p++) {
        if (mask[p] === 0) continue;
        // An axis of extent 1 is no axis: a slice is judged in its plane.
        const inner =
          (ni === 1 || (i > 0 && i < ni - 1 && mask[p - 1] === 1 && mask[p + 1] === 1)) &&
          (nj === 1 || (j > 0 && j < nj - 1 && mask[p - ni] === 1 && mask[p + ni] === 1)) &&
          (nk === 1 || (k > 0 && k < nk - 1 && mask[p - ni * nj] === 1 && mask[p + ni * nj] === 1));
        if (!inner) edge[p] = 1;
      }
    }
  }
  return edge;
}

/** The larger of the two directed percentiles; 95 for HD95, 100 for the Hausdorff distance. */
export function hausdorff({ firstToSecond, secondToFirst }: SurfaceDistances, percent = 95): number {
  return Math.max(percentile(firstToSecond, percent), percentile(secondToFirst, percent));
}

/** Average symmetric surface distance: the mean over the edge voxels of both structures together. */
export function averageSymmetricDistance({ firstToSecond, secondToFirst }: SurfaceDistances): number {
  return (sum(firstToSecond) + sum(secondToFirst)) / (firstToSecond.length + secondToFirst.length);
}

/** Share of the edge voxels of both structures that lie within the tolerance of the other (Nikolov 2018). */
export function surfaceDice({ firstToSecond, secondToFirst }: SurfaceDistances, toleranceMm: number): number {
  const within = (distances: Float64Array): number => distances.filter((d) => d <= toleranceMm).length;
  return (within(firstToSecond) + within(secondToFirst)) / (firstToSecond.length + secondToFirst.length);
}

/** Percentile with linear interpolation between order statistics (NumPy's default). */
export function percentile(values: Float64Array, percent: number): number {
  const sorted = values.slice().sort();
  const position = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function pick(values: Float64Array, where: Uint8Array): Float64Array {
  return values.filter((_, voxel) => where[voxel] === 1);
}

interface Box {
  readonly start: readonly [number, number, number];
  readonly dims: Dims;
}

/** The box of both structures, one voxel wider where the volume allows: distances beyond it are never asked for. */
function commonBox(first: Uint8Array, second: Uint8Array, [ni, nj, nk]: Dims): Box {
  const low = [ni, nj, nk];
  const high = [-1, -1, -1];
  let p = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, p++) {
        if (first[p] === 0 && second[p] === 0) continue;
        for (const [axis, at] of [i, j, k].entries()) {
          low[axis] = Math.min(low[axis], at);
          high[axis] = Math.max(high[axis], at);
        }
      }
    }
  }
  const start = low.map((at) => Math.max(at - 1, 0));
  const end = high.map((at, axis) => Math.min(at + 2, [ni, nj, nk][axis]));
  return {
    start: [start[0], start[1], start[2]],
    dims: [end[0] - start[0], end[1] - start[1], end[2] - start[2]],
  };
}

function crop(mask: Uint8Array, [ni, nj]: Dims, { start, dims }: Box): Uint8Array {
  const cropped = new Uint8Array(dims[0] * dims[1] * dims[2]);
  for (let k = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) {
      const from = start[0] + ni * (start[1] + j + nj * (start[2] + k));
      cropped.set(mask.subarray(from, from + dims[0]), dims[0] * (j + dims[1] * k));
    }
  }
  return cropped;
}
