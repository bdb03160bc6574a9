import { csv } from "../evaluate/csv.ts";
import { mostProbableClass } from "../transfer/classification-scores.ts";
import type { TransferComparisonResults, TransferRun } from "../transfer-comparison/results.ts";

const HEADER = [
  ...["target", "task", "arm", "labeled", "all", "seed", "fold", "learningRate", "chosen", "diverged", "step"],
  ...["validation", "case", "dice", "class", "predicted", "probabilities"],
];

/**
 * Every score of a comparison of transfer: a row for each fine-tuning and test case, those of rates that were not chosen
 * included. `probabilities` are those of the classes in their order, with spaces between.
 */
export function transferCsv({ targets }: Pick<TransferComparisonResults, "targets">): string {
  const rows = targets.flatMap(({ name, task, classes, cells }) =>
    cells.flatMap(({ arm, labeled, isAll, learningRate, runs }) =>
      runs.flatMap((run) => {
        const chosen = run.learningRate === learningRate;
        const start = [name, task, arm, String(labeled), String(isAll), ...runFields(run, chosen)];
        return caseFields(run, classes).map((fields) => [...start, ...fields]);
      }),
    ),
  );
  return csv([HEADER, ...rows]);
}

function runFields({ seed, fold, learningRate, diverged, step, validation }: TransferRun, chosen: boolean): string[] {
  const numbers = [seed, fold, learningRate].map(String);
  return [...numbers, String(chosen), String(diverged === true), String(step), validation.toFixed(6)];
}

function caseFields({ segmented = [], classified = [] }: TransferRun, classes: readonly string[]): string[][] {
  return [
    ...segmented.map(({ id, meanDice }) => [id, meanDice.toFixed(6), "", "", ""]),
    ...classified.map(({ id, truth, probabilities }) => [
      ...[id, "", classes[truth], classes[mostProbableClass(probabilities)]],
      probabilities.map((value) => value.toFixed(6)).join(" "),
    ]),
  ];
}
