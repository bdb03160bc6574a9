import type { Shape } from "@voxelsmith/engine";
import { normalize } from "../prepare/normalize.ts";
import { reorient } from "../volume/orientation.ts";
import type { Volume } from "../volume/volume.ts";

/** An image that a class is told of: upright (i to the right, j to the front, k up), mean 0 and deviation 1. */
export interface Cube {
  /** `[D, H, W]` voxels, D = k, H = j, W = i. */
  readonly image: Float32Array;
  readonly extents: Shape;
}

/**
 * A volume as classification sees it: its own voxels, none resampled, z-scored as a whole. Percentiles are not clipped
 * as for segmentation: where the object is the whole image, as a small shape on black, they would cut it away.
 * @throws InputError for an image of a single value
 */
export function cubeOf(volume: Volume, name: string): Cube {
  const upright = normalize(reorient(volume, "RAS"), { kind: "z-score" }, name);
  const [i, j, k] = upright.dims;
  return { image: upright.data, extents: [k, j, i] };
}

/**
 * `extents` voxels round the middle of a cube, moved by `offset`; what lies outside of the image gets its smallest
 * value, which is air or background.
 */
export function cutMiddle({ image, extents: from }: Cube, extents: Shape, offset: Shape = [0, 0, 0]): Float32Array {
  const [z0, y0, x0] = extents.map((extent, axis) => Math.floor((from[axis] - extent) / 2) + offset[axis]);
  let lowest = Number.POSITIVE_INFINITY;
  for (let p = 0; p < image.length; p++) if (image[p] < lowest) lowest = image[p];
  const [depth, height, width] = extents;
  const result = new Float32Array(depth * height * width).fill(lowest);
  const first = Math.max(0, x0);
  const last = Math.min(from[2], x0 + width);
  if (last <= first) return result;
  for (let k = 0; k < depth; k++) {
    if (z0 + k < 0 || z0 + k >= from[0]) continue;
    for (let j = 0; j < height; j++) {
      if (y0 + j < 0 || y0 + j >= from[1]) continue;
      const row = ((z0 + k) * from[1] + y0 + j) * from[2];
      result.set(image.subarray(row + first, row + last), (k * height + j) * width + first - x0);
    }
  }
  return result;
}
