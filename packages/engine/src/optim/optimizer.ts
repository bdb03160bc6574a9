import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { minimum } from "../ops/compare.ts";
import { reduceSum } from "../ops/reduce.ts";
import { exp, sqrt, square } from "../ops/unary.ts";
import { scalar, type Tensor } from "../tensor.ts";
import type { Schedule } from "./schedule.ts";

export interface Update {
  /** All parameters in one vector `[P]`: few large nodes instead of many small ones. */
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  /** Vectors `[P]` that the optimizer keeps. */
  readonly moments: readonly Tensor[];
  /** Scalar, counts from 1. */
  readonly step: Tensor;
  readonly learningRate: Tensor;
}

/** A pure function from the old parameters and moments to the new ones, inside the graph. */
export interface Optimizer {
  readonly schedule: Schedule;
  /** Largest global L2 norm of the gradient; longer gradients are scaled down to it. */
  readonly clipNorm?: number;
  /** How many moment vectors it keeps. */
  readonly moments: number;
  update(update: Update): { readonly parameters: Tensor; readonly moments: readonly Tensor[] };
}

export interface AdamOptions extends Schedule {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly clipNorm?: number;
  /** AdamW only: decoupled decay. */
  readonly weightDecay?: number;
}

/** beta^step as exp(step ln beta): ONNX's Pow on a scalar differs between providers. */
function power(beta: number, step: Tensor): Tensor {
  return exp(mul(step, Math.log(beta)));
}

/**
 * Adam (Kingma and Ba 2015): m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2,
 * p <- p - rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon).
 */
export function adam(options: AdamOptions): Optimizer {
  return adamW({ ...options, weightDecay: 0 });
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): p <- p - rate (adam step + decay p). */
export function adamW(options: AdamOptions): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0.01, clipNorm, ...schedule } = options;
  return {
    schedule,
    ...(clipNorm === undefined ? {} : { clipNorm }),
    moments: 2,
    update({ parameters, gradient, moments: [first, second], step, learningRate }) {
      const m = add(mul(first, beta1), mul(gradient, 1 - beta1));
      const v = add(mul(second, beta2), mul(square(gradient), 1 - beta2));
      const mHat = div(m, sub(1, power(beta1, step)));
      const vHat = div(v, sub(1, power(beta2, step)));
      const move = div(mHat, add(sqrt(vHat), epsilon));
      const change = weightDecay === 0 ? move : add(move, mul(parameters, weightDecay));
      return { parameters: sub(parameters, mul(change, learningRate)), moments: [m, v] };
    },
  };
}

export interface SgdOptions extends Schedule {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
}

/** SGD with momentum as in PyTorch: m <- momentum m + g (+ decay p); p <- p - rate m (Nesterov: g + momentum m). */
export function sgd(options: SgdOptions): Optimizer {
  const { momentum = 0.9, nesterov = false, weightDecay = 0, clipNorm, ...schedule } = options;
  return {
    schedule,
    ...(clipNorm === undefined ? {} : { clipNorm }),
    moments: 1,
    update({ parameters, gradient, moments: [velocity], learningRate }) {
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameters, weightDecay));
      const m = add(mul(velocity, momentum), g);
      const move = nesterov ? add(g, mul(m, momentum)) : m;
      return { parameters: sub(parameters, mul(move, learningRate)), moments: [m] };
    },
  };
}

/** The L2 norm of a gradient, scalar; it may come in parts. */
export function globalNorm(...parts: readonly Tensor[]): Tensor {
  const sum = parts.map((part) => reduceSum(square(part))).reduce((left, right) => add(left, right));
  return sqrt(add(sum, 1e-20));
}

/** g min(1, limit / |g|). */
export function clipGradient(gradient: Tensor, norm: Tensor, limit: number): Tensor {
  return mul(gradient, minimum(div(scalar(limit), norm), 1));
}
