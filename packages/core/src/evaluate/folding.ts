/**
 * Jacobian determinant of x + u(x) at every voxel, `[D, H, W]`: 1 keeps the volume, <= 0 folds.
 *
 * @param displacement u, `[3, D, H, W]` in voxels, channels in D, H, W order.
 * @param extents `[D, H, W]`. Derivatives are central differences, one-sided at the border, 0 along an axis of one
 * voxel, as in VoxelMorph's `jacobian_determinant` (numpy.gradient).
 */
export function jacobianDeterminant(displacement: Float32Array, extents: readonly number[]): Float32Array {
  const [depth, height, width] = extents;
  const count = depth * height * width;
  if (displacement.length !== 3 * count) {
    throw new RangeError(`Displacement of 3 x ${extents.join(" x ")} expected, got ${displacement.length} numbers`);
  }
  const determinant = new Float32Array(count);
  let voxel = 0;
  for (let d = 0; d < depth; d++) {
    const alongD = difference(d, depth, height * width);
    for (let h = 0; h < height; h++) {
      const alongH = difference(h, height, width);
      for (let w = 0; w < width; w++, voxel++) {
        const alongW = difference(w, width, 1);
        const slope = (channel: number, { before, after, scale }: Difference): number => {
          const at = channel * count + voxel;
          return (displacement[at + after] - displacement[at + before]) * scale;
        };
        const [dd, dh, dw] = [1 + slope(0, alongD), slope(0, alongH), slope(0, alongW)];
        const [hd, hh, hw] = [slope(1, alongD), 1 + slope(1, alongH), slope(1, alongW)];
        const [wd, wh, ww] = [slope(2, alongD), slope(2, alongH), 1 + slope(2, alongW)];
        determinant[voxel] = dd * (hh * ww - hw * wh) - dh * (hd * ww - hw * wd) + dw * (hd * wh - hh * wd);
      }
    }
  }
  return determinant;
}

/** Share of voxels where x + u(x) folds: the Jacobian determinant is <= 0. */
export function foldedFraction(displacement: Float32Array, extents: readonly number[]): number {
  const determinant = jacobianDeterminant(displacement, extents);
  return determinant.reduce((folded, value) => (value <= 0 ? folded + 1 : folded), 0) / determinant.length;
}

/** Offsets of the two voxels that a derivative compares, and one over their distance. */
interface Difference {
  readonly before: number;
  readonly after: number;
  readonly scale: number;
}

function difference(position: number, size: number, stride: number): Difference {
  const before = position > 0 ? 1 : 0;
  const after = position < size - 1 ? 1 : 0;
  return { before: -before * stride, after: after * stride, scale: before + after === 2 ? 0.5 : 1 };
}
