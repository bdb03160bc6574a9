import { choosePatch } from "../transfer/choose-patch.ts";
import { accuracyOf, areaUnderCurve, type ClassPrediction } from "../transfer/classification-scores.ts";
import { takeLabeled } from "../transfer/draw-split.ts";
import { type ClassifiedCube, fineTuneClassification } from "../transfer/fine-tune-classification.ts";
import { cubeLoader } from "../transfer/load-cubes.ts";
import type { ClassificationManifest } from "../transfer/transfer-manifest.ts";
import { curveScores, type OpenTarget, type OpenTargetRequest } from "./open-target.ts";

/** Reads all images at once. @throws InputError for what cannot be read */
export async function openClassification(
  { patch: wanted, encoder, readFile, signal, emit, validationCases, seed }: OpenTargetRequest,
  manifest: ClassificationManifest,
): Promise<OpenTarget> {
  const { classes, train, validation, test } = manifest;
  const cubes = await cubeLoader(readFile, classes, signal)([...train, ...validation, ...test]);
  const byId = new Map(cubes.map((cube) => [cube.id, cube]));
  const of = (ids: readonly string[]): ClassifiedCube[] => ids.flatMap((id) => byId.get(id) ?? []);
  const patch = choosePatch(wanted, cubes, encoder);
  return {
    async fineTune({ config, start, store, split, training }) {
      const all = of(split.validation);
      const classOf = ({ classIndex }: ClassifiedCube): string => String(classIndex);
      const chosen = all.length <= validationCases ? all : takeLabeled(all, validationCases, seed, classOf);
      const tuned = await fineTuneClassification({
        ...{ config, store, signal, emit, start, classes, patch },
        ...{ train: of(training), validation: chosen, test: of(split.test), validate: validationScore },
      });
      return { ...curveScores(tuned), classified: tuned.test };
    },
    missed({ test: ids }) {
      const probabilities = classes.map(() => 1 / classes.length);
      return { classified: of(ids).map(({ id, classIndex }) => ({ id, truth: classIndex, probabilities })) };
    },
  };
}

/** Area under the ROC curve; accuracy where a class has no case; below both for a network that answers no numbers. */
function validationScore(predictions: readonly ClassPrediction[]): number {
  if (predictions.some(({ probabilities }) => probabilities.some(Number.isNaN))) return -1;
  const area = areaUnderCurve(predictions, predictions[0].probabilities.length);
  return Number.isNaN(area) ? accuracyOf(predictions) : area;
}
