import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { maximum, minimum } from "../ops/compare.ts";
import { cos } from "../ops/unary.ts";
import { scalar, type Tensor } from "../tensor.ts";

/** Learning rate over the steps: a linear warm-up, then constant, or a decay to `finalFraction` at `totalSteps`. */
export interface Schedule {
  readonly learningRate: number;
  readonly warmupSteps?: number;
  readonly decay?: "none" | "linear" | "cosine";
  /** Where the decay ends; needed for a decay. */
  readonly totalSteps?: number;
  readonly finalFraction?: number;
}

/** The slow twin of `learningRateTensor`, for reports and tests. `step` counts from 1. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { learningRate, warmupSteps = 0, decay = "none", totalSteps = 0, finalFraction = 0 } = schedule;
  const warmup = warmupSteps > 0 ? Math.min(step / warmupSteps, 1) : 1;
  if (decay === "none" || totalSteps <= warmupSteps) return learningRate * warmup;
  const progress = Math.min(Math.max((step - warmupSteps) / (totalSteps - warmupSteps), 0), 1);
  const left = decay === "linear" ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return learningRate * warmup * (finalFraction + (1 - finalFraction) * left);
}

/** The learning rate as part of the graph, from the step (a scalar that counts from 1). */
export function learningRateTensor(schedule: Schedule, step: Tensor): Tensor {
  const { learningRate, warmupSteps = 0, decay = "none", totalSteps = 0, finalFraction = 0 } = schedule;
  const warmup = warmupSteps > 0 ? minimum(div(step, warmupSteps), 1) : scalar(1);
  const peak = mul(warmup, learningRate);
  if (decay === "none" || totalSteps <= warmupSteps) return peak;
  const progress = minimum(maximum(div(sub(step, warmupSteps), totalSteps - warmupSteps), 0), 1);
  const left = decay === "linear" ? sub(1, progress) : mul(add(cos(mul(progress, Math.PI)), 1), 0.5);
  return mul(peak, add(mul(left, 1 - finalFraction), finalFraction));
}
