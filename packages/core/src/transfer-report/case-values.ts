import { mostProbableClass } from "../transfer/classification-scores.ts";
import type { TransferRun } from "../transfer-comparison/results.ts";

/** What can be said of one test case: its mean Dice, whether its class was found, the probability of its true class. */
export type CaseMeasure = "dice" | "accuracy" | "trueProbability";

/** Values by case id; a case that several runs tested has their mean, so that seeds are averaged first. */
export function caseValues(runs: readonly TransferRun[], measure: CaseMeasure): ReadonlyMap<string, number> {
  const values = new Map<string, number[]>();
  for (const run of runs) {
    for (const [id, value] of valuesOf(run, measure)) values.set(id, [...(values.get(id) ?? []), value]);
  }
  return new Map([...values].map(([id, own]) => [id, own.reduce((sum, value) => sum + value, 0) / own.length]));
}

function valuesOf({ segmented = [], classified = [] }: TransferRun, measure: CaseMeasure): [string, number][] {
  if (measure === "dice") return segmented.map(({ id, meanDice }) => [id, meanDice]);
  return classified.map(({ id, truth, probabilities }) => [
    id,
    measure === "trueProbability" ? probabilities[truth] : mostProbableClass(probabilities) === truth ? 1 : 0,
  ]);
}

/** Ids of the test cases that a run scored. */
export function idsOf({ segmented, classified }: TransferRun): string[] {
  return [...(segmented ?? []), ...(classified ?? [])].map(({ id }) => id);
}
