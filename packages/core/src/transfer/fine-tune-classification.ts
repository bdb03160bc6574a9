import { createRandom, oneHot, type Shape, sizeOf, type Weights } from "@voxelsmith/engine";
import { augmentPatch } from "../domains/augment-patch.ts";
import { InputError } from "../errors.ts";
import { crossEntropyLoss } from "../losses/cross-entropy.ts";
import { accuracyOf, areaUnderCurve, type ClassPrediction } from "./classification-scores.ts";
import { type Cube, cutMiddle } from "./cube.ts";
import { type FineTuned, fineTune } from "./fine-tune.ts";
import { drawSampleAugmentation, mirror } from "./sample-augmentation.ts";
import type { TransferStart } from "./start-weights.ts";
import type { TransferContext } from "./training-context.ts";
import { createPredictor } from "./transfer-model.ts";
import { assertPatchFits, transferNetwork } from "./transfer-network.ts";

/** An image in memory and the index of its class. */
export interface ClassifiedCube extends Cube {
  readonly id: string;
  readonly classIndex: number;
}

export interface FineTuneClassification extends TransferContext {
  readonly start: TransferStart;
  /** Names of the classes; with two, the second is the positive one. */
  readonly classes: readonly string[];
  readonly patch: Shape;
  readonly train: readonly ClassifiedCube[];
  /** Without any there is no curve, and the last weights are kept. */
  readonly validation: readonly ClassifiedCube[];
  readonly test: readonly ClassifiedCube[];
  /** Scores the weights every `validateEvery` steps, higher is better; the AUC, or accuracy where it is not defined. */
  validate?(predictions: readonly ClassPrediction[]): number;
}

export interface FineTunedClassification extends FineTuned {
  readonly validation: readonly ClassPrediction[];
  readonly test: readonly ClassPrediction[];
}

/**
 * Fine-tunes encoder and linear head by cross-entropy. Classes may be uneven: each sample draws its class first, all
 * alike, and then a case of it. Goes on from the checkpoint where the store has one.
 * @throws InputError where a class has no training case, or the patch is too small
 */
export async function fineTuneClassification(request: FineTuneClassification): Promise<FineTunedClassification> {
  const { config, start, classes, patch, train, validation, validate = validationScore, signal } = request;
  assertPatchFits(patch, start.encoder);
  const byClass = casesByClass(train, classes);
  const network = transferNetwork(start.encoder, config, classes.length);
  const voxels = sizeOf(patch);
  const predictor = await createPredictor(network, patch, config);
  const predict = async (weights: Weights, cubes: readonly ClassifiedCube[], stop?: AbortSignal) => {
    const predictions: ClassPrediction[] = [];
    for (const cube of cubes) {
      stop?.throwIfAborted(); // never inside of the training, which stops at a checkpoint
      const probabilities = [...(await predictor.probabilities(weights, cutMiddle(cube, patch)))];
      predictions.push({ id: cube.id, truth: cube.classIndex, probabilities });
    }
    return predictions;
  };
  const tuned = await fineTune(request, start, {
    network,
    inputs: { image: [config.batch, 1, ...patch], classes: [config.batch, 1] },
    loss: (logits, truth) => crossEntropyLoss(logits, oneHot(truth, classes.length)), // logits [N, classes]
    async sample(step) {
      const image = new Float32Array(config.batch * voxels);
      const truth = new Float32Array(config.batch);
      const names: string[] = [];
      for (let index = 0; index < config.batch; index++) {
        const random = createRandom(config.seed, "transfer", "case", step, index);
        const cube = random.choice(random.choice(byClass));
        const change = drawSampleAugmentation(config, step, index);
        const cut = cutMiddle(cube, patch, change.jitter);
        image.set(augmentPatch(mirror(cut, patch, change), change.intensities), index * voxels);
        truth[index] = cube.classIndex;
        names.push(cube.id);
      }
      return { feeds: { image, classes: truth }, name: names.join(", ") };
    },
    ...(validation.length === 0
      ? {}
      : {
          validation: {
            name: "score",
            score: async (weights) => validate(await predict(weights, validation)),
          },
        }),
  });
  const answers = {
    validation: await predict(tuned.weights, validation, signal),
    test: await predict(tuned.weights, request.test, signal),
  };
  await predictor.dispose();
  return { ...tuned, ...answers };
}

function validationScore(predictions: readonly ClassPrediction[]): number {
  const auc = areaUnderCurve(predictions, predictions[0].probabilities.length);
  return Number.isNaN(auc) ? accuracyOf(predictions) : auc;
}

/** The training cases of each class. @throws InputError naming the classes that have none */
export function casesByClass<T extends { readonly classIndex: number }>(
  train: readonly T[],
  classes: readonly string[],
): readonly (readonly T[])[] {
  const groups = classes.map((_, index) => train.filter(({ classIndex }) => classIndex === index));
  const missing = classes.filter((_, index) => groups[index].length === 0);
  if (missing.length === 0) return groups;
  throw new InputError({
    subject: "training cases",
    expected: `at least one of each class (${classes.join(", ")})`,
    got: `none of ${missing.join(", ")} among ${train.length}`,
    todo: "Take more labeled cases, another split, or leave the class out with --classes.",
  });
}
