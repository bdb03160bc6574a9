import { csv } from "../evaluate/csv.ts";
import {
  type ClassificationScores,
  type ClassPrediction,
  mostProbableClass,
  type ScoreWithInterval,
} from "./classification-scores.ts";

/** One row a case: true and predicted class, and the probability of every class. */
export function predictionsCsv(predictions: readonly ClassPrediction[], classes: readonly string[]): string {
  const header = ["id", "class", "predicted", ...classes.map((name) => `p(${name})`)];
  const rows = predictions.map(({ id, truth, probabilities }) => [
    ...[id, classes[truth], classes[mostProbableClass(probabilities)]],
    ...probabilities.map((value) => value.toFixed(6)),
  ]);
  return csv([header, ...rows]);
}

/** What a network says of an image whose class nobody knows. */
export interface ClassifiedImage {
  readonly id: string;
  /** One for each class, in their order. */
  readonly probabilities: readonly number[];
}

/** One row an image: the most probable class, and the probability of every class. */
export function classifiedCsv(images: readonly ClassifiedImage[], classes: readonly string[]): string {
  const header = ["id", "predicted", ...classes.map((name) => `p(${name})`)];
  const rows = images.map(({ id, probabilities }) => [
    ...[id, classes[mostProbableClass(probabilities)]],
    ...probabilities.map((value) => value.toFixed(6)),
  ]);
  return csv([header, ...rows]);
}

/** Predicted against true class, in cases. */
export function confusionCsv({ confusion }: ClassificationScores, classes: readonly string[]): string {
  const rows = confusion.map((row, index) => [classes[index], ...row.map(String)]);
  return csv([["predicted", ...classes.map((name) => `true ${name}`)], ...rows]);
}

/** The scores as a table for a terminal. */
export function classificationTable(scores: ClassificationScores, classes: readonly string[]): string {
  const { cases, accuracy, balancedAccuracy, auc, confusion } = scores;
  const line = (name: string, score: ScoreWithInterval | null): string =>
    `${name.padEnd(18)} ${score === null ? "-" : `${three(score.value)}  (95 % interval ${three(score.low)} to ${three(score.high)})`}`;
  const width = Math.max(9, ...classes.map((name) => name.length));
  const cells = (first: string, rest: readonly string[]): string =>
    [first, ...rest].map((text) => text.padStart(width)).join("  ");
  return [
    `${cases} test cases`,
    line("accuracy", accuracy),
    line("balanced accuracy", balancedAccuracy),
    line(classes.length === 2 ? `AUC of ${classes[1]}` : "mean AUC", auc),
    "",
    `${cells("predicted", classes)}   (columns: true class)`,
    ...confusion.map((row, index) => cells(classes[index], row.map(String))),
    "",
  ].join("\n");
}

function three(value: number): string {
  return value.toFixed(3);
}
