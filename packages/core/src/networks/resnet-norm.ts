import { batchNorm, batchNormTraining, type ParameterSpecs, type Parameters, type Tensor } from "@voxelsmith/engine";

/** Batch normalization of `[N, C, ...]` by its name in the network, such as `layer1.0.bn1`. */
export type Normalize = (name: string, x: Tensor) => Tensor;

/** The learned part of a normalization, named as PyTorch names it; the running averages are `runningStatistics`. */
export function batchNormParameters(name: string, channels: number): ParameterSpecs {
  return {
    [`${name}.weight`]: { shape: [channels], initializer: { kind: "constant", value: 1 } },
    [`${name}.bias`]: { shape: [channels], initializer: { kind: "constant", value: 0 } },
  };
}

/**
 * The running averages of every normalization among the parameters, which are those whose weight is a vector:
 * `statistics` for a training step, and part of the network's weights like the parameters.
 */
export function runningStatistics(parameters: ParameterSpecs): ParameterSpecs {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, { shape }]) => {
      if (!key.endsWith(".weight") || shape.length !== 1) return [];
      const name = key.slice(0, -".weight".length);
      return [
        [`${name}.running_mean`, { shape, initializer: { kind: "constant", value: 0 } as const }],
        [`${name}.running_var`, { shape, initializer: { kind: "constant", value: 1 } as const }],
      ];
    }),
  );
}

function partsOf(parameters: Parameters, name: string) {
  return {
    scale: parameters[`${name}.weight`],
    shift: parameters[`${name}.bias`],
    running: { mean: parameters[`${name}.running_mean`], variance: parameters[`${name}.running_var`] },
  };
}

/** By the running averages: for inference, and for training on batches too small to have statistics of their own. */
export function inferenceNorm(parameters: Parameters): Normalize {
  return (name, x) => {
    const { scale, shift, running } = partsOf(parameters, name);
    return batchNorm(x, scale, shift, running);
  };
}

/** `normalize` and, once the network is built, what its running averages become: the `statistics` of the loss. */
export interface TrainingNorm {
  readonly normalize: Normalize;
  readonly statistics: Readonly<Record<string, Tensor>>;
}

/**
 * By the batch's own mean and variance. Each running average becomes momentum old + (1 - momentum) batch; PyTorch's
 * momentum 0.1 is 0.9 here. We average the population variance, PyTorch n / (n - 1) of it, n the voxels of a channel.
 */
export function trainingNorm(parameters: Parameters, momentum = 0.9): TrainingNorm {
  const statistics: Record<string, Tensor> = {};
  return {
    statistics,
    normalize(name, x) {
      const { scale, shift, running } = partsOf(parameters, name);
      const { output, running: moved } = batchNormTraining(x, scale, shift, running, momentum);
      statistics[`${name}.running_mean`] = moved.mean;
      statistics[`${name}.running_var`] = moved.variance;
      return output;
    },
  };
}
