import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { NONE, plain } from "../../report-page/numbers.ts";
import type { ComparisonStatistics } from "../comparison-statistics.ts";
import type { LabelRow } from "../label-rows.ts";

/** More arms, and so many labels that it pays, are printed on a page of their own that lies on its side. */
const UPRIGHT = { arms: 7, labels: 8 };

/** Dice of every label under every arm; in bold the best of the arms that used one scan's labels. */
export function labelTable({ rows, labels }: ComparisonStatistics): Markup {
  const arms = rows.map(({ arm }) => arm);
  const oneLabel = arms.filter(({ labeledScans }) => labeledScans <= 1).map(({ name }) => name);
  const table = dataTable({
    caption: html`Dice of every label, mean and below it sd over test scans. Bold: the best arm with one labeled scan. Volumes are means over the true label maps.`,
    head: ["label", "mm³", ...arms.map(({ title }) => title)],
    rows: labels.map((row) => ({
      cells: html`<th scope="row">${rowHead(row)}</th><td>${volume(row.volumeMm3)}</td>${arms.map(({ name }) => cell(row, name, oneLabel))}`,
    })),
    className: "labels",
  });
  return html`<section class="${arms.length > UPRIGHT.arms && labels.length > UPRIGHT.labels ? "wide" : ""}"><h2>Label by label</h2>${table}</section>`;
}

function rowHead({ label, name }: LabelRow): Markup {
  return name === null ? html`label ${label}` : html`${name} <span class="small">label ${label}</span>`;
}

function cell({ dice }: LabelRow, arm: string, oneLabel: readonly string[]): Markup {
  const own = dice.get(arm) ?? { mean: null, sd: null, n: 0 };
  const best = Math.max(...oneLabel.map((name) => dice.get(name)?.mean ?? Number.NEGATIVE_INFINITY));
  const isBest = oneLabel.includes(arm) && own.mean === best && best > 0;
  return html`<td class="${isBest ? "best" : ""}">${plain(own.mean)}<span class="small">${own.sd === null ? "" : `± ${plain(own.sd)}`}</span></td>`;
}

function volume(mm3: number | null): string {
  return mm3 === null ? NONE : Number(mm3.toPrecision(3)).toLocaleString("en-US");
}
