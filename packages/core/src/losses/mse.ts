import { reduceMean, square, sub, type Tensor } from "@voxelsmith/engine";

/** Mean squared difference of two images of one shape; a scalar. */
export function mseLoss(moved: Tensor, fixed: Tensor): Tensor {
  return reduceMean(square(sub(moved, fixed)));
}
