import { add, div, mul, reduceMean, reduceSum, sliceAxis, sub, type Tensor } from "@voxelsmith/engine";

/** Voxels added to both sides of the fraction: a label that is absent and not predicted scores 1. */
export const DICE_SMOOTHING = 1;

/**
 * Soft Dice 2 sum(p t) / (sum p + sum t), by sample and class, then the mean over all classes but 0, the background.
 * Probabilities and one-hot `[N, classes, ...]`; a scalar in 0..1, 1 is best (Milletari 2016, with plain sums).
 */
export function dice(probabilities: Tensor, oneHot: Tensor): Tensor {
  const [, classes] = probabilities.shape;
  const axes = probabilities.shape.slice(2).map((_, a) => a + 2);
  const foreground = (x: Tensor): Tensor => sliceAxis(reduceSum(x, axes), 1, 1, classes); // [N, classes - 1, 1, ...]
  const overlap = foreground(mul(probabilities, oneHot));
  const sizes = add(foreground(probabilities), foreground(oneHot));
  return reduceMean(div(add(mul(overlap, 2), DICE_SMOOTHING), add(sizes, DICE_SMOOTHING)));
}

/** 1 - `dice`: minimized, 0 is best. */
export function diceLoss(probabilities: Tensor, oneHot: Tensor): Tensor {
  return sub(1, dice(probabilities, oneHot));
}
