import { convParameters, normParameters, type Parameters } from "../nn/parameters.ts";
import { leakyRelu, logSoftmax, softmax } from "../ops/activation.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { maximum } from "../ops/compare.ts";
import { conv } from "../ops/conv.ts";
import { linearAlongAxis, type Matrix } from "../ops/matmul.ts";
import { instanceNorm } from "../ops/normalize.ts";
import { averagePool, maxPool, upsampleLinear, upsampleNearest } from "../ops/pool.ts";
import { reduceMean, reduceSum } from "../ops/reduce.ts";
import { integrateVelocity, warp } from "../ops/sample.ts";
import { concat, sliceAxis } from "../ops/slice.ts";
import { square } from "../ops/unary.ts";
import { adam, sgd } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor.ts";
import type { TrainingStep } from "../training-step.ts";

const K3 = [3, 3, 3];

function layer(p: Parameters, name: string, x: Tensor, stride = 1): Tensor {
  return leakyRelu(conv(x, p[`${name}.weight`], p[`${name}.bias`], { stride }));
}

/** Sums over a window of `size` along one axis, cut at the edges. */
function boxMatrix(extent: number, size: number): Matrix {
  const radius = (size - 1) / 2;
  const values = Float32Array.from({ length: extent * extent }, (_, at) =>
    Math.abs((at % extent) - Math.floor(at / extent)) <= radius ? 1 : 0,
  );
  return { rows: extent, columns: extent, values };
}

function boxSum(x: Tensor, size: number): Tensor {
  return x.shape.slice(2).reduce((y, extent, a) => linearAlongAxis(y, boxMatrix(extent, size), a + 2), x);
}

/** 1 - mean squared correlation within windows, the variances floored. */
function nccLoss(a: Tensor, b: Tensor, size: number): Tensor {
  const volume = size ** 3;
  const [sumA, sumB] = [boxSum(a, size), boxSum(b, size)];
  const cross = sub(boxSum(mul(a, b), size), div(mul(sumA, sumB), volume));
  const varianceA = maximum(sub(boxSum(square(a), size), div(square(sumA), volume)), 1e-2);
  const varianceB = maximum(sub(boxSum(square(b), size), div(square(sumB), volume)), 1e-2);
  return sub(1, reduceMean(div(square(cross), mul(varianceA, varianceB))));
}

/** Mean squared forward difference along every axis. */
function smoothness(field: Tensor): Tensor {
  const terms = field.shape.slice(2).map((extent, a) => {
    const axis = a + 2;
    return reduceMean(square(sub(sliceAxis(field, axis, 1, extent), sliceAxis(field, axis, 0, extent - 1))));
  });
  return terms.reduce((sum, term) => add(sum, term));
}

/** Atlas to subject: conv encoder and decoder, velocity, displacement, warp, local NCC and smoothness, SGD. */
export function registrationStep(n: number): TrainingStep<"atlas" | "subject"> {
  const shape = [1, 1, n, n, n];
  return {
    inputs: { atlas: shape, subject: shape },
    parameters: {
      ...convParameters("down", { inputs: 2, outputs: 4, kernel: K3 }),
      ...convParameters("bottom", { inputs: 4, outputs: 6, kernel: K3 }),
      ...convParameters("up", { inputs: 10, outputs: 4, kernel: K3 }),
      ...convParameters("flow", {
        inputs: 4,
        outputs: 3,
        kernel: K3,
        initializer: { kind: "normal", deviation: 0.05 },
      }),
    },
    loss({ atlas, subject }, p) {
      const pair = concat([atlas, subject]); // [1, 2, n, n, n]
      const down = layer(p, "down", pair, 2); // [1, 4, n/2, ..]
      const bottom = layer(p, "bottom", down, 2); // [1, 6, n/4, ..]
      const up = layer(p, "up", concat([upsampleNearest(bottom), down])); // [1, 4, n/2, ..]
      const half = conv(up, p["flow.weight"], p["flow.bias"]); // [1, 3, n/2, ..] voxels of the half grid
      const field = mul(upsampleLinear(integrateVelocity(half, 2)), 2); // [1, 3, n, ..] voxels
      const similarity = nccLoss(warp(atlas, field), subject, 3);
      return { loss: add(similarity, mul(smoothness(field), 0.1)), report: { similarity } };
    },
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9, clipNorm: 1, warmupSteps: 2 }),
  };
}

/** A two-level U-Net with instance norm, soft Dice and cross-entropy, Adam, a moving average of the weights. */
export function segmentationStep(n: number, classes = 3): TrainingStep<"image" | "labels"> {
  // No bias before instance norm: its gradient is rounding noise, which Adam would blow up to full steps.
  const block = (name: string, inputs: number, outputs: number): TrainingStep["parameters"] => ({
    [`${name}.weight`]: { shape: [outputs, inputs, ...K3], initializer: { kind: "he", slope: 0.01 } },
    ...normParameters(name, outputs),
  });
  const apply = (p: Parameters, name: string, x: Tensor): Tensor =>
    leakyRelu(instanceNorm(conv(x, p[`${name}.weight`]), p[`${name}.scale`], p[`${name}.shift`]), 0.01);
  return {
    inputs: { image: [1, 1, n, n, n], labels: [1, classes, n, n, n] },
    parameters: {
      ...block("top", 1, 4),
      ...block("bottom", 8, 8),
      ...block("joined", 12, 4),
      ...convParameters("head", { inputs: 4, outputs: classes, kernel: [1, 1, 1] }),
    },
    loss({ image, labels }, p) {
      const top = apply(p, "top", image); // [1, 4, n, ..]
      const pooled = concat([maxPool(top), averagePool(top)]); // [1, 8, n/2, ..]
      const bottom = apply(p, "bottom", pooled); // [1, 8, n/2, ..]
      const joined = apply(p, "joined", concat([upsampleNearest(bottom), top])); // [1, 4, n, ..]
      const logits = conv(joined, p["head.weight"], p["head.bias"]); // [1, classes, n, ..]
      const crossEntropy = mul(reduceMean(reduceSum(mul(logSoftmax(logits), labels), [1])), -1);
      const probabilities = softmax(logits);
      const axes = [0, 2, 3, 4];
      const overlap = mul(reduceSum(mul(probabilities, labels), axes), 2);
      const sizes = add(reduceSum(probabilities, axes), reduceSum(labels, axes));
      const dice = reduceMean(div(add(overlap, 1e-3), add(sizes, 1e-3)));
      return { loss: add(crossEntropy, sub(1, dice)), report: { dice } };
    },
    optimizer: adam({ learningRate: 1e-2, clipNorm: 5, warmupSteps: 2, decay: "linear", totalSteps: 20 }),
    averageDecay: 0.9,
  };
}
