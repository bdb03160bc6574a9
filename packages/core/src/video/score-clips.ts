import type { Weights } from "@voxelsmith/engine";
import { accuracyOf, type ClassPrediction } from "../transfer/classification-scores.ts";
import type { TransferPredictor } from "../transfer/transfer-model.ts";
import type { VideoConfig } from "./config.ts";
import { drawClip } from "./draw-clip.ts";
import { renderClip } from "./render-clip.ts";

/** Shares of the held-out clips that were recognized. */
export interface VideoScores {
  /** Both shape and motion; chance is one over the number of classes. */
  readonly accuracy: number;
  /** The shape, whatever the motion. */
  readonly shapes: number;
  /** The motion, whatever the shape. */
  readonly motions: number;
}

/** Scores weights on the first `validationClips` of the stream that training never sees. */
export async function scoreClips(
  config: VideoConfig,
  predictor: TransferPredictor,
  weights: Weights,
): Promise<VideoScores> {
  const predictions: ClassPrediction[] = [];
  for (let index = 0; index < config.validationClips; index++) {
    const draw = drawClip(config, "validation", index);
    const probabilities = [...(await predictor.probabilities(weights, renderClip(draw, config.clip)))];
    predictions.push({ id: String(index), truth: draw.classIndex, probabilities });
  }
  return videoScores(config, predictions);
}

/** The scores of predictions among `clipClasses`; the probability of a shape is the sum over its motions. */
export function videoScores(
  { shapes, motions }: Pick<VideoConfig, "shapes" | "motions">,
  predictions: readonly ClassPrediction[],
): VideoScores {
  const accuracyOver = (count: number, part: (classIndex: number) => number): number =>
    accuracyOf(
      predictions.map(({ id, truth, probabilities }) => {
        const sums = new Array<number>(count).fill(0);
        for (const [classIndex, probability] of probabilities.entries()) sums[part(classIndex)] += probability;
        return { id, truth: part(truth), probabilities: sums };
      }),
    );
  return {
    accuracy: accuracyOf(predictions),
    shapes: accuracyOver(shapes.length, (classIndex) => Math.floor(classIndex / motions.length)),
    motions: accuracyOver(motions.length, (classIndex) => classIndex % motions.length),
  };
}
