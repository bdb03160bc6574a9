import { abs, add, mul, reduceMean, sliceAxis, sub, type Tensor } from "@voxelsmith/engine";

/**
 * sum_d mean |(psi(x + e_d) - psi(x)) (1 - c(x + e_d))|: the appearance change may jump at label boundaries only
 * (Zhao 2019; the axes are summed and the mask is taken at the upper voxel, as in its code).
 * Change psi `[N, C, D, H, W]`, boundary c `[N, 1, D, H, W]` of 0 and 1; a scalar.
 */
export function appearanceSmoothnessLoss(change: Tensor, boundary: Tensor): Tensor {
  const inside = sub(1, boundary);
  const terms = change.shape.slice(2).flatMap((extent, a) => {
    if (extent === 1) return []; // across a slice there is no neighbor
    const difference = sub(sliceAxis(change, a + 2, 1, extent), sliceAxis(change, a + 2, 0, extent - 1));
    return [reduceMean(abs(mul(difference, sliceAxis(inside, a + 2, 1, extent))))];
  });
  return terms.reduce((sum, term) => add(sum, term));
}
