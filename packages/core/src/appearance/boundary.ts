import type { Shape } from "@voxelsmith/engine";
import { sizeOf } from "@voxelsmith/engine";

/**
 * The binary image of label boundaries, `[D, H, W]`: 1 on the voxels on either side of any change of label between
 * face neighbors, background included (find_boundaries mode "thick", as in Zhao 2019).
 */
export function labelBoundary(classes: Float32Array, extents: Shape): Float32Array {
  const boundary = new Float32Array(classes.length);
  extents.forEach((extent, axis) => {
    const stride = sizeOf(extents.slice(axis + 1));
    for (let p = 0; p < classes.length; p++) {
      const atEnd = Math.floor(p / stride) % extent === extent - 1;
      if (atEnd || classes[p] === classes[p + stride]) continue;
      boundary[p] = 1;
      boundary[p + stride] = 1;
    }
  });
  return boundary;
}
