import { adamW, compileTrainer, type Shape, type TrainingStep, type Weights } from "@voxelsmith/engine";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { trainLoop } from "../training/loop.ts";
import { scheduleOf } from "../training/schedule.ts";
import type { SegmentConfig } from "./config.ts";
import { type ExampleSource, type LabeledArrays, takeSlices, trainingShape } from "./example-source.ts";
import { batchShape, segmenterLogits, segmenterLoss, segmenterParameters } from "./graph.ts";
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
      loss: segmenterLoss(config, segmenterLogits(config, classes, parameters, inputs.image), inputs.classes),
    }),
    optimizer: adamW({ ...scheduleOf(config), weightDecay: config.weightDecay, clipNorm: 5 }),
    ...(config.averageDecay > 0 ? { averageDecay: config.averageDecay } : {}),
  };
}

export interface SegmenterData {
  readonly extents: Shape;
  /** Classes with background. */
  readonly classes: number;
  readonly examples: ExampleSource;
  /** Choose the checkpoint; synthesized ones in every one-label arm. */
  readonly validation: readonly LabeledArrays[];
}

/** Trains the segmenter; the weights with the best mean Dice on the validation examples are returned. */
export async function trainSegmenter(context: RunContext, data: SegmenterData): Promise<Weights> {
  const { device, threads, seed, segment } = context.config;
  const { extents, classes, examples, validation } = data;
  const options = { device, threads };
  const trainer = await compileTrainer(segmenterStep(segment, classes, extents), { ...options, seed });
  const score = async (weights: Weights): Promise<number> => {
    const segmenter = await createSegmenter(segment, classes, weights, extents, options);
    let sum = 0;
    for (const example of validation)
      sum += meanDice(await segmenter.classify(example.image), example.classes, classes);
    await segmenter.dispose();
    return sum / validation.length;
  };
  const weights = await trainLoop<Inputs>(context, {
    stage: RUN_FOLDER.segmenter,
    steps: segment.steps,
    trainer,
    async sample(step) {
      const whole = await examples(step);
      const {
        name,
        image,
        classes: indices,
      } = segment.network === "unet-2d" ? takeSlices(whole, extents, { count: segment.slices, seed, step }) : whole;
      return { name, feeds: { image, classes: indices } };
    },
    ...(validation.length > 0 ? { validation: { every: segment.validateEvery, score } } : {}),
  });
  await trainer.dispose();
  return weights;
}

/** Mean Dice over the classes that the truth has, background aside. */
function meanDice(predicted: Float32Array, truth: Float32Array, classes: number): number {
  const overlap = new Float64Array(classes);
  const sizes = new Float64Array(classes);
  const present = new Uint8Array(classes);
  for (let p = 0; p < truth.length; p++) {
    if (predicted[p] === truth[p]) overlap[truth[p]]++;
    sizes[predicted[p]]++;
    sizes[truth[p]]++;
    present[truth[p]] = 1;
  }
  let sum = 0;
  let count = 0;
  for (let c = 1; c < classes; c++) {
    if (present[c] === 0) continue;
    sum += (2 * overlap[c]) / sizes[c];
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
