import { ShapeError } from "../errors.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { reduceMean } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { sqrt, square } from "./unary.ts";

function spatialAxes(x: Tensor): readonly number[] {
  return x.shape.slice(2).map((_, a) => a + 2);
}

function checkChannels(op: string, x: Tensor, values: readonly Tensor[]): void {
  if (x.shape.length < 3 || values.some(({ shape }) => shape.length !== 1 || shape[0] !== x.shape[1])) {
    const shapes = [x, ...values].map(({ shape }) => formatShape(shape)).join(", ");
    throw new ShapeError(op, "x [N, C, ...] and [C] for each channel's values", shapes);
  }
}

/** `[C]` laid out to broadcast over `[N, C, ...]`. */
export function perChannel(values: Tensor, rank: number): Tensor {
  return reshape(values, [1, sizeOf(values.shape), ...Array.from({ length: rank - 2 }, () => 1)]);
}

export const instanceNormOp: Op = {
  name: "instanceNorm",
  infer: ([x, scale, shift]) => {
    const channels = [x.shape[1]];
    if (x.shape.length < 3 || String(scale.shape) !== String(channels) || String(shift.shape) !== String(channels)) {
      const shapes = [x, scale, shift].map(({ shape }) => formatShape(shape)).join(", ");
      throw new ShapeError("instanceNorm", "x [N, C, ...], scale [C], shift [C]", shapes);
    }
    return x.shape;
  },
  emit: (emitter, inputs, { attributes }) =>
    emitter.node("InstanceNormalization", inputs, { epsilon: { float: attributes.epsilon as number } }),
  // With h = (x - mean) / deviation: dx = scale / deviation * (g - mean(g) - h mean(g h)).
  gradient: ({ inputs: [x, scale, shift], attributes }, g) => {
    const axes = spatialAxes(x);
    const centered = sub(x, reduceMean(x, axes));
    const deviation = sqrt(add(reduceMean(square(centered), axes), attributes.epsilon as number)); // [N, C, 1..]
    const h = div(centered, deviation);
    const meanG = reduceMean(g, axes);
    const meanGh = reduceMean(mul(g, h), axes);
    const count = sizeOf(x.shape.slice(2));
    const factor = div(perChannel(scale, x.shape.length), deviation);
    return [
      mul(factor, sub(sub(g, meanG), mul(h, meanGh))),
      mul(reshape(reduceMean(meanGh, [0]), scale.shape), count * x.shape[0]),
      mul(reshape(reduceMean(meanG, [0]), shift.shape), count * x.shape[0]),
    ];
  },
};

/** (x - mean) / sqrt(variance + epsilon) * scale + shift over the spatial axes of each sample and channel. */
export function instanceNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon = 1e-5): Tensor {
  return apply(instanceNormOp, [x, scale, shift], { epsilon });
}

/** As `instanceNorm`, over `groups` groups of channels together (Wu and He 2018). */
export function groupNorm(x: Tensor, scale: Tensor, shift: Tensor, groups: number, epsilon = 1e-5): Tensor {
  const [batch, channels] = x.shape;
  checkChannels("groupNorm", x, [scale, shift]);
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    throw new ShapeError("groupNorm", `channels divisible by ${groups}`, `${channels}`);
  const grouped = reshape(x, [batch, groups, sizeOf(x.shape) / batch / groups]);
  const centered = sub(grouped, reduceMean(grouped, [2]));
  const h = div(centered, sqrt(add(reduceMean(square(centered), [2]), epsilon)));
  const rank = x.shape.length;
  return add(mul(reshape(h, x.shape), perChannel(scale, rank)), perChannel(shift, rank));
}

/** Statistics that batch normalization learns by averaging over steps. */
export interface RunningStatistics {
  readonly mean: Tensor; // [C]
  readonly variance: Tensor; // [C], of the population
}

/** Inference: (x - running mean) / sqrt(running variance + epsilon) * scale + shift. */
export function batchNorm(x: Tensor, scale: Tensor, shift: Tensor, running: RunningStatistics, epsilon = 1e-5): Tensor {
  checkChannels("batchNorm", x, [scale, shift, running.mean, running.variance]);
  const rank = x.shape.length;
  const factor = div(scale, sqrt(add(running.variance, epsilon)));
  return add(mul(sub(x, perChannel(running.mean, rank)), perChannel(factor, rank)), perChannel(shift, rank));
}

/**
 * Training: normalizes by the batch's own mean and population variance and returns the running statistics moved
 * towards them: new = momentum old + (1 - momentum) batch (ONNX's sense of momentum, the opposite of PyTorch's).
 */
export function batchNormTraining(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  running: RunningStatistics,
  momentum = 0.9,
  epsilon = 1e-5,
): { readonly output: Tensor; readonly running: RunningStatistics } {
  checkChannels("batchNormTraining", x, [scale, shift, running.mean, running.variance]);
  const rank = x.shape.length;
  const axes = [0, ...spatialAxes(x)];
  const mean = reduceMean(x, axes);
  const centered = sub(x, mean);
  const variance = reduceMean(square(centered), axes);
  const h = div(centered, sqrt(add(variance, epsilon)));
  const move = (old: Tensor, batch: Tensor): Tensor =>
    add(mul(old, momentum), mul(reshape(batch, old.shape), 1 - momentum));
  return {
    output: add(mul(h, perChannel(scale, rank)), perChannel(shift, rank)),
    running: { mean: move(running.mean, mean), variance: move(running.variance, variance) },
  };
}
