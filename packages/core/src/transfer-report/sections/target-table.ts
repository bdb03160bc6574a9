import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { NONE, plain, pValue, signed } from "../../report-page/numbers.ts";
import type { CellRow } from "../cell-rows.ts";
import { sizeTitle } from "../chosen-runs.ts";
import type { Estimate } from "../estimate.ts";
import type { TargetStatistics } from "../transfer-statistics.ts";
import { rangeOf } from "./answers.ts";

const SEGMENTATION_HEAD = [
  ...["arm", "mean Dice ± sd", "sd over seeds", "minus scratch, interval", "p, t-test (Holm)", "p, signed-rank (Holm)"],
  ...["seeds", "learning rate"],
];

const CLASSIFICATION_HEAD = [
  ...[
    "arm",
    "AUC, interval",
    "sd over seeds",
    "AUC minus scratch, interval",
    "p, bootstrap (Holm)",
    "accuracy, interval",
  ],
  ...["accuracy minus scratch, interval", "seeds", "learning rate"],
];

/** All arms of a target with every number of labeled cases; what is not finished is a dash. */
export function targetTable({ target, rows }: TargetStatistics): Markup {
  const isDice = target.task === "segmentation";
  const head = isDice ? SEGMENTATION_HEAD : CLASSIFICATION_HEAD;
  const cells = isDice ? segmentationCells : classificationCells;
  const spreads = isDice
    ? "Sd over test cases, each the mean over seeds."
    : "Scores are means over the networks of all seeds and folds.";
  return dataTable({
    caption: html`${target.name}: every arm and number of labeled cases. ${spreads} Intervals are 95\u00a0%, over test cases; p values are adjusted by Holm over all differences of this table.`,
    head,
    rows: bySize(rows, head.length, (row) => cells(row)),
  });
}

/** Rows below a line that names the number of labeled cases. */
export function bySize<T extends Pick<CellRow, "labeled" | "isAll">>(
  rows: readonly T[],
  columns: number,
  cells: (row: T) => Markup,
): { cells: Markup; className?: string }[] {
  return rows.flatMap((row, index) => {
    const own = { cells: cells(row) };
    if (index > 0 && rows[index - 1].labeled === row.labeled) return [own];
    const title = html`<th scope="rowgroup" colspan="${columns}">${sizeTitle(row)}</th>`;
    return [{ cells: title, className: "group" }, own];
  });
}

function segmentationCells({ arm, score, sd, sdOverSeeds, overScratch, seeds, cell }: CellRow): Markup {
  const value = score === null || sd === null ? plain(score?.value ?? null) : `${plain(score.value)} ± ${plain(sd)}`;
  return html`<th scope="row">${arm.title}</th><td>${value}</td><td>${plain(sdOverSeeds)}</td><td>${gain(overScratch)}</td>
<td>${pValue(overScratch?.tTest?.holmP ?? null)}</td><td>${pValue(overScratch?.signedRank?.holmP ?? null)}</td><td>${seedCount(seeds)}</td><td>${cell?.learningRate ?? NONE}</td>`;
}

function classificationCells({ arm, score, accuracy, sdOverSeeds, overScratch, seeds, cell }: CellRow): Markup {
  return html`<th scope="row">${arm.title}</th><td>${scored(score)}</td><td>${plain(sdOverSeeds)}</td><td>${gain(overScratch)}</td>
<td>${pValue(overScratch?.bootstrap?.holmP ?? null)}</td><td>${scored(accuracy)}</td><td>${gain(overScratch?.accuracy ?? null)}</td><td>${seedCount(seeds)}</td><td>${cell?.learningRate ?? NONE}</td>`;
}

function gain(estimate: Estimate | null): Markup {
  return estimate === null
    ? html`${NONE}`
    : html`${signed(estimate.value)}<span class="small">${rangeOf(estimate)}</span>`;
}

function scored(estimate: Estimate | null): Markup {
  if (estimate === null) return html`${NONE}`;
  const { value, interval } = estimate;
  const range = interval === null ? "no interval" : `${plain(interval.low)} to ${plain(interval.high)}`;
  return html`${plain(value)}<span class="small">${range}</span>`;
}

function seedCount(seeds: readonly number[]): string {
  return seeds.length === 0 ? NONE : String(seeds.length);
}
