import { add, mul, reduceMean, sliceAxis, square, sub, type Tensor } from "@voxelsmith/engine";

/**
 * Mean over the axes of the mean squared forward difference: 1/n sum_d mean((u(x + e_d) - u(x))^2), in squared voxels
 * (VoxelMorph's Grad "l2"). u `[N, n, D, H, W]`; a scalar. An axis of one voxel has no differences: neither it nor the channel along it counts.
 */
export function displacementSmoothnessLoss(displacement: Tensor): Tensor {
  const terms = displacement.shape.slice(2).flatMap((extent, a) => {
    if (extent === 1) return [];
    const ahead = sliceAxis(displacement, a + 2, 1, extent);
    const here = sliceAxis(displacement, a + 2, 0, extent - 1);
    return [reduceMean(square(sub(ahead, here)))];
  });
  const axes = displacement.shape.length - 2;
  return mul(
    terms.reduce((sum, term) => add(sum, term)),
    (1 / terms.length) * (axes / terms.length), // the mean of a term counted the channels of flat axes, which are 0
  );
}
