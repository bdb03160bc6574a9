import { createRandom, type Shape, sizeOf, type Weights } from "@voxelsmith/engine";
import { augmentPatch } from "../domains/augment-patch.ts";
import { cutPatch, drawPatch } from "../domains/draw-patch.ts";
import { maskedSegmentationLoss } from "../domains/masked-segmentation-loss.ts";
import type { LabeledVolume } from "../domains/prepare-case.ts";
import { stitchPatches } from "../domains/stitch-patches.ts";
import { meanDiceOfClasses } from "../evaluate/mean-dice.ts";
import type { ResnetConfig } from "../networks/resnet-config.ts";
import { mostProbable } from "../prepare/most-probable.ts";
import type { TransferConfig } from "./config.ts";
import { type FineTuned, fineTune } from "./fine-tune.ts";
import { drawSampleAugmentation, mirror } from "./sample-augmentation.ts";
import type { TransferStart } from "./start-weights.ts";
import type { TransferContext } from "./training-context.ts";
import { createPredictor } from "./transfer-model.ts";
import { assertPatchFits, transferNetwork } from "./transfer-network.ts";

/** A prepared scan in memory; `prepareCase` makes them. */
export interface SegmentationCase extends LabeledVolume {
  readonly id: string;
}

/** What a network says of one scan: the class index of each voxel, `[D, H, W]`. */
export interface SegmentationPrediction {
  readonly id: string;
  readonly classes: Float32Array;
  /** On the prepared grid, over the classes that the truth has; null where no voxel is labeled. */
  readonly meanDice: number | null;
}

export interface FineTuneSegmentation extends TransferContext {
  readonly start: TransferStart;
  /** Classes with background. */
  readonly classes: number;
  readonly patch: Shape;
  readonly train: readonly SegmentationCase[];
  /** Without any there is no curve, and the last weights are kept. */
  readonly validation: readonly SegmentationCase[];
  readonly test: readonly SegmentationCase[];
  /** Scores the weights every `validateEvery` steps, higher is better; mean Dice over the cases by default. */
  validate?(predictions: readonly SegmentationPrediction[]): number;
}

export interface FineTunedSegmentation extends FineTuned {
  readonly test: readonly SegmentationPrediction[];
}

/**
 * Fine-tunes encoder and decoder on patches by Dice and cross-entropy over labeled voxels. Each sample draws a case, and
 * a patch of it as `drawPatch` does. Goes on from the checkpoint where the store has one.
 * @throws InputError where the patch is too small
 */
export async function fineTuneSegmentation(request: FineTuneSegmentation): Promise<FineTunedSegmentation> {
  const { config, start, classes, patch, train, validation, validate = meanOverCases, signal } = request;
  assertPatchFits(patch, start.encoder);
  const network = transferNetwork(start.encoder, config, classes);
  const voxels = sizeOf(patch);
  const shape = [config.batch, 1, ...patch];
  const segmenter = await createTransferSegmenter({ encoder: start.encoder, config, classes, patch });
  const predict = async (weights: Weights, cases: readonly SegmentationCase[], stop?: AbortSignal) => {
    const predictions: SegmentationPrediction[] = [];
    for (const one of cases) {
      const found = mostProbable(await segmenter.probabilities(weights, one, stop), classes);
      const meanDice = one.classes === undefined ? null : meanDiceOfClasses(found, one.classes, classes);
      predictions.push({ id: one.id, classes: found, meanDice });
    }
    return predictions;
  };
  const tuned = await fineTune(request, start, {
    network,
    inputs: { image: shape, classes: shape },
    loss: maskedSegmentationLoss,
    async sample(step) {
      const feeds = { image: new Float32Array(sizeOf(shape)), classes: new Float32Array(sizeOf(shape)) };
      const names: string[] = [];
      for (let index = 0; index < config.batch; index++) {
        const random = createRandom(config.seed, "transfer", "patch", step, index);
        const one = random.choice(train);
        const draw = drawPatch(random, one, patch, config.labelShare);
        const change = drawSampleAugmentation(config, step, index);
        const cut = cutPatch(one, draw, patch);
        feeds.image.set(augmentPatch(mirror(cut.image, patch, change), change.intensities), index * voxels);
        feeds.classes.set(mirror(cut.classes, patch, change), index * voxels);
        names.push(`${one.id} at ${draw.start.join(",")}`);
      }
      return { feeds, name: names.join("; ") };
    },
    ...(validation.length === 0
      ? {}
      : { validation: { name: "Dice", score: async (weights) => validate(await predict(weights, validation)) } }),
  });
  const test = await predict(tuned.weights, request.test, signal); // a training stops at its checkpoints alone
  await segmenter.dispose();
  return { ...tuned, test };
}

/** The network for prepared images of any extents, with whatever weights training has reached. */
export interface TransferSegmenter {
  /** Probabilities `[classes, D, H, W]`, stitched of overlapping patches. */
  probabilities(weights: Weights, volume: LabeledVolume, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export async function createTransferSegmenter(model: {
  readonly encoder: ResnetConfig;
  readonly config: TransferConfig;
  readonly classes: number;
  readonly patch: Shape;
}): Promise<TransferSegmenter> {
  const { encoder, config, classes, patch } = model;
  const predictor = await createPredictor(transferNetwork(encoder, config, classes), patch, config);
  return {
    probabilities: (weights, { image, extents }, signal) =>
      stitchPatches({
        ...{ image, extents, patchExtents: patch, classes },
        predict: (cut) => predictor.probabilities(weights, cut),
        ...(signal === undefined ? {} : { signal }),
      }),
    dispose: () => predictor.dispose(),
  };
}

function meanOverCases(predictions: readonly SegmentationPrediction[]): number {
  const scores = predictions.flatMap(({ meanDice }) => meanDice ?? []);
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
