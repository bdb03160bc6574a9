import { adamW, compileTrainer, type Shape, type TrainingStep, type Weights } from "@voxelsmith/engine";
import { meanDiceOfClasses } from "../evaluate/mean-dice.ts";
import type { RunContext } from "../run/context.ts";
import { type Trained, trainLoop } from "../training/loop.ts";
import { scheduleOf } from "../training/schedule.ts";
import type { SegmentConfig } from "./config.ts";
import { type ExampleSource, type LabeledArrays, takeSample, trainingShape } from "./example-source.ts";
import { batchShape, segmenterLoss, segmenterParameters } from "./graph.ts";
import { createSegmenter } from "./predict.ts";

type Inputs = "image" | "classes";

/** The training step: Dice + cross-entropy of the U-Net's logits, AdamW, a moving average of the weights. */
export function segmenterStep(config: SegmentConfig, classes: number, extents: Shape): TrainingStep<Inputs> {
  const seen = trainingShape(config, extents);
  const shape = batchShape(seen.batch, seen.extents);
  return {
    inputs: { image: shape, classes: shape },
    parameters: segmenterParameters(config, classes),
    loss: (inputs, parameters) => ({
      loss: segmenterLoss(config, classes, parameters, inputs.image, inputs.classes),
    }),
    optimizer: adamW({ ...scheduleOf(config), weightDecay: config.weightDecay, clipNorm: 5 }),
    ...(config.averageDecay > 0 ? { averageDecay: config.averageDecay } : {}),
  };
}

export interface SegmenterData {
  /** Folder of the run that keeps the checkpoint. */
  readonly stage: string;
  readonly extents: Shape;
  /** Classes with background. */
  readonly classes: number;
  readonly examples: ExampleSource;
  /** Labeled images that score the weights every `validateEvery` steps; none: no scores. */
  readonly validation: readonly LabeledArrays[];
}

/** Trains the segmenter: the last weights, and those with the best mean Dice on the validation examples. */
export async function trainSegmenter(context: RunContext, data: SegmenterData): Promise<Trained> {
  const { device, threads, seed, segment } = context.config;
  const { stage, extents, classes, examples, validation } = data;
  const trainer = await compileTrainer(segmenterStep(segment, classes, extents), { device, threads, seed });
  const score = (weights: Weights): Promise<number> => scoreWeights(context, data, weights);
  const trained = await trainLoop<Inputs>(context, {
    stage,
    steps: segment.steps,
    trainer,
    async sample(step) {
      const { name, image, classes: truth } = takeSample(segment, await examples(step), extents, { seed, step });
      return { name, feeds: { image, classes: truth } };
    },
    ...(validation.length > 0 ? { validation: { every: segment.validateEvery, score } } : {}),
  });
  await trainer.dispose();
  return trained;
}

/** Mean Dice of the weights over the validation examples. */
async function scoreWeights({ config }: RunContext, data: SegmenterData, weights: Weights): Promise<number> {
  const { extents, classes, validation } = data;
  const segmenter = await createSegmenter(config.segment, classes, weights, extents, config);
  let sum = 0;
  for (const { image, classes: truth } of validation) {
    sum += meanDiceOfClasses(await segmenter.classify(image), truth, classes) ?? 0;
  }
  await segmenter.dispose();
  return sum / validation.length;
}
