import { add, div, logSoftmax, maximum, mul, oneHot, reduceSum, softmax, type Tensor } from "@voxelsmith/engine";
import { diceLoss } from "../losses/dice.ts";

/**
 * Soft Dice loss + mean cross-entropy over the labeled voxels alone. Logits `[N, classes, ...]`, class indices
 * `[N, 1, ...]` with -1 where nobody has labeled: such a voxel counts in neither term and gets no gradient, whatever is
 * predicted there. A scalar; without any labeled voxel it is 0 up to Dice's smoothing. Dice as in `diceLoss`.
 */
export function maskedSegmentationLoss(logits: Tensor, classIndices: Tensor): Tensor {
  const truth = oneHot(classIndices, logits.shape[1]); // [N, classes, ...], all 0 where the index is -1
  const labeled = reduceSum(truth, [1]); // [N, 1, ...]
  const probabilities = mul(softmax(logits), labeled); // [N, classes, ...]
  const crossEntropy = div(mul(reduceSum(mul(logSoftmax(logits), truth)), -1), maximum(reduceSum(labeled), 1));
  return add(diceLoss(probabilities, truth), crossEntropy);
}
