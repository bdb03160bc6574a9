import { add, mul, reduceMean, sliceAxis, square, sub, type Tensor } from "@voxelsmith/engine";

/**
 * Mean over the axes of the mean squared forward difference: 1/n sum_d mean((u(x + e_d) - u(x))^2), in squared voxels
 * (VoxelMorph's Grad "l2"). u `[N, n, D, H, W]`; a scalar.
 */
export function displacementSmoothnessLoss(displacement: Tensor): Tensor {
  const extents = displacement.shape.slice(2);
  const terms = extents.map((extent, a) => {
    const ahead = sliceAxis(displacement, a + 2, 1, extent);
    const here = sliceAxis(displacement, a + 2, 0, extent - 1);
    return reduceMean(square(sub(ahead, here)));
  });
  return mul(
    terms.reduce((sum, term) => add(sum, term)),
    1 / extents.length,
  );
}
