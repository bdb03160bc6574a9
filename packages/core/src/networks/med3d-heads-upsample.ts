import { linearAlongAxis, type Matrix, type Shape, type Tensor } from "@voxelsmith/engine";

/**
 * Linear interpolation of features to a finer grid of `extents` on which voxel p of the features stands at voxel
 * stride p, where a convolution of that stride centers it; behind the last one values stay. The half-pixel rule of
 * `upsampleLinear` would shift everything by (stride - 1) / 2 voxels. `[N, C, d, h, w]` to `[N, C, ...extents]`.
 */
export function upsampleInPlace(features: Tensor, extents: Shape, stride: Shape): Tensor {
  return extents.reduce(
    (y, extent, axis) => linearAlongAxis(y, positions(features.shape[axis + 2], extent, stride[axis]), axis + 2),
    features,
  );
}

/** `[extent, coarse]`: the weights of the coarse voxels in each fine one. */
function positions(coarse: number, extent: number, stride: number): Matrix {
  const values = new Float32Array(extent * coarse);
  for (let row = 0; row < extent; row++) {
    const position = Math.min(row / stride, coarse - 1);
    const below = Math.floor(position);
    values[row * coarse + below] += 1 - (position - below);
    if (position > below) values[row * coarse + below + 1] += position - below;
  }
  return { rows: extent, columns: coarse, values };
}
