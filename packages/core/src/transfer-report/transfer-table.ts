import { NONE, plain, signed } from "../report-page/numbers.ts";
import type { TransferComparisonResults } from "../transfer-comparison/results.ts";
import { answerSentences } from "./answer-text.ts";
import { type Answer, CONTRASTS, type Contrast } from "./answers.ts";
import type { CellRow } from "./cell-rows.ts";
import type { TransferStatistics } from "./transfer-statistics.ts";

/** The report for a terminal: the answer in words, then each target, a line for each arm and number of labeled cases. */
export function transferTable(results: TransferComparisonResults, statistics: TransferStatistics): string {
  const header = ["target", "labeled", "arm", "score", "sd of seeds", "minus scratch", "95 % interval"];
  const lines = statistics.targets.flatMap(({ target, rows }) => rows.map((row) => [target.name, ...cells(row)]));
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column].length)));
  const pad = (cell: string, column: number): string =>
    column === 0 || column === 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  const table = [header, ...lines].map((line) => line.map(pad).join("  ").trimEnd());
  const notes = [...results.notes, ...statistics.notes].map((note) => `note: ${note}`);
  const score = "Scores: mean Dice of a segmentation, area under the ROC curve of a classification.";
  const text = [...answerSentences(results, statistics), "", ...table, "", score, ...notes].join("\n");
  return text.replaceAll("\u00a0", " ");
}

function cells({ arm, labeled, isAll, score, sdOverSeeds, overScratch }: CellRow): string[] {
  const range = overScratch?.interval ?? null;
  return [
    isAll ? `all ${labeled}` : String(labeled),
    arm.title,
    plain(score?.value ?? null),
    plain(sdOverSeeds),
    overScratch === null ? NONE : signed(overScratch.value),
    range === null ? NONE : `${signed(range.low)} to ${signed(range.high)}`,
  ];
}

/** The same for programs. */
export function transferValue(
  results: TransferComparisonResults,
  statistics: TransferStatistics,
): Readonly<Record<string, unknown>> {
  const { answers, targets, notes } = statistics;
  const told = ({ estimate, targets: over }: Answer): Readonly<Record<string, unknown>> | null =>
    estimate === null ? null : { value: estimate.value, ...estimate.interval, cases: estimate.n, targets: over };
  const contrasts = (of: Readonly<Record<Contrast, Answer>>): Readonly<Record<string, unknown>> =>
    Object.fromEntries((answers?.asked ?? []).map((name) => [CONTRASTS[name].join(" minus "), told(of[name])]));
  return {
    answer: answerSentences(results, statistics).map((sentence) => sentence.replaceAll("\u00a0", " ")),
    labeled: answers?.labeled ?? null,
    differences: [...(answers?.over ?? []), ...(answers?.each ?? [])].map((row) => ({
      over: row.title,
      ...contrasts(row.contrasts),
      shareOfSupervised: told(row.share),
    })),
    cells: targets.flatMap(({ target, rows }) =>
      rows.map(({ arm, labeled, score, seeds, cell }) => ({
        ...{ target: target.name, arm: arm.name, labeled, score: score?.value ?? null },
        ...{ seeds, learningRate: cell?.learningRate ?? null },
      })),
    ),
    notes,
  };
}
