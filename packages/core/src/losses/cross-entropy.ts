import { logSoftmax, mul, reduceSum, sizeOf, type Tensor } from "@voxelsmith/engine";

/** Mean over voxels of -log softmax(logits)[true class]. Logits and one-hot `[N, classes, ...]`; a scalar. */
export function crossEntropyLoss(logits: Tensor, oneHot: Tensor): Tensor {
  const voxels = sizeOf(logits.shape) / logits.shape[1];
  return mul(reduceSum(mul(logSoftmax(logits), oneHot)), -1 / voxels);
}
