import {
  add,
  globalAveragePool,
  matmul,
  type ParameterSpecs,
  type Parameters,
  type Tensor,
  transpose,
} from "@voxelsmith/engine";

export interface ClassifierConfig {
  /** Channels of the features. */
  readonly inputs: number;
  readonly classes: number;
}

/** Parameters of `classifier`, named as in 3D-ResNets-PyTorch: `fc.weight` `[classes, inputs]`, `fc.bias`. */
export function classifierParameters({ inputs, classes }: ClassifierConfig): ParameterSpecs {
  return {
    "fc.weight": { shape: [classes, inputs], initializer: { kind: "he", slope: 1 } }, // linear layer
    "fc.bias": { shape: [classes], initializer: { kind: "constant", value: 0 } },
  };
}

/** Logits `[N, classes]` of features `[N, inputs, d, h, w]`: the mean over all voxels, then a linear layer (Chen 2019). */
export function classifier(parameters: Parameters, features: Tensor): Tensor {
  const mean = globalAveragePool(features); // [N, inputs]
  return add(matmul(mean, transpose(parameters["fc.weight"], [1, 0])), parameters["fc.bias"]); // [N, classes]
}
