import {
  adamW,
  compileTrainer,
  type Parameters,
  type Shape,
  type Tensor,
  type TrainingStep,
  type Weights,
} from "@voxelsmith/engine";
import { readMetrics } from "../run/metrics-log.ts";
import { type Sample, trainLoop } from "../training/loop.ts";
import { scheduleOf } from "../training/schedule.ts";
import type { TransferConfig } from "./config.ts";
import { learningRates } from "./freeze-plan.ts";
import type { TransferStart } from "./start-weights.ts";
import type { TransferContext } from "./training-context.ts";
import { frozenParts, partlyFrozenNorm, type TransferNetwork } from "./transfer-network.ts";

/** Folder of the run that keeps checkpoint and model, and the stage's name in `metrics.jsonl`. */
export const TRANSFER_STAGE = "transfer";

/** One point of a learning curve: the mean loss since the point before, and the score on the validation cases. */
export interface TransferPoint {
  readonly step: number;
  readonly loss: number;
  readonly score: number;
}

/** What a fine-tuning leaves. */
export interface FineTuned {
  /** The weights that `config.keep` says, running averages among them. */
  readonly weights: Weights;
  /** The step that they are of. */
  readonly step: number;
  /** One point every `validateEvery` steps; empty without validation cases. */
  readonly curve: readonly TransferPoint[];
}

type Inputs = "image" | "classes";

/** What differs between the two tasks. */
export interface FineTuneJob {
  readonly network: TransferNetwork;
  readonly inputs: Readonly<Record<Inputs, Shape>>;
  loss(logits: Tensor, classes: Tensor): Tensor;
  sample(step: number): Promise<Sample<Inputs>>;
  /** Scores weights, higher is better; absent without validation cases. */
  readonly validation?: { readonly name: string; score(weights: Weights): Promise<number> };
}

/** The training step: loaded parameters learn at their own rate, frozen ones and their averages stay bit by bit. */
export function transferStep(
  config: TransferConfig,
  { weights }: TransferStart,
  { network, inputs, loss }: FineTuneJob,
): TrainingStep<Inputs> {
  const { parameters, statistics } = network;
  const isFrozen = frozenParts(network, config.freeze);
  const { encoderRate } = config;
  return {
    inputs,
    parameters,
    statistics,
    rates: learningRates(Object.keys(parameters), weights, { encoderRate, isFrozen }),
    loss(feeds, own: Parameters) {
      const norm = partlyFrozenNorm(own, isFrozen);
      const logits = network.logits(own, norm.normalize, feeds.image);
      return { loss: loss(logits, feeds.classes), statistics: norm.statistics };
    },
    optimizer: adamW({ ...scheduleOf(config), weightDecay: config.weightDecay, clipNorm: 5 }),
  };
}

/** Trains from the start, or goes on from the checkpoint in the store. */
export async function fineTune(context: TransferContext, start: TransferStart, job: FineTuneJob): Promise<FineTuned> {
  const { config } = context;
  const { device, threads, seed, steps, validateEvery } = config;
  const step = transferStep(config, start, job);
  const trainer = await compileTrainer(step, { device, threads, seed, weights: start.weights });
  const { validation } = job;
  try {
    const { last, best } = await trainLoop<Inputs>(context, {
      stage: TRANSFER_STAGE,
      steps,
      trainer,
      sample: job.sample,
      ...(validation === undefined
        ? {}
        : {
            validation: {
              every: validateEvery,
              score: validation.score,
              tell: (score) => `validation ${validation.name} ${score.toFixed(4)}`,
            },
          }),
    });
    const curve = await transferCurve(context);
    const kept = config.keep === "best" && best !== undefined ? best : { step: steps, weights: last };
    return { weights: kept.weights, step: kept.step, curve };
  } finally {
    await trainer.dispose();
  }
}

/** The learning curve that `metrics.jsonl` tells, of a resumed training as a whole. */
async function transferCurve({ store }: TransferContext): Promise<readonly TransferPoint[]> {
  const points: TransferPoint[] = [];
  let losses: number[] = [];
  for (const { stage, step, loss, validation } of await readMetrics(store)) {
    if (stage !== TRANSFER_STAGE) continue;
    if (typeof loss === "number") losses.push(loss);
    if (typeof validation !== "number") continue;
    const mean = losses.reduce((sum, value) => sum + value, 0) / Math.max(1, losses.length);
    points.push({ step, loss: mean, score: validation });
    losses = [];
  }
  return points;
}
