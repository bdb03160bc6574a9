import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { NONE, plain } from "../../report-page/numbers.ts";
import type { ComparisonStatistics } from "../comparison-statistics.ts";
import type { LabelRow } from "../label-rows.ts";

/** Up to so many columns stand side by side on an upright page. */
const UPRIGHT = { arms: 7, labels: 8 };

/**
 * Dice of every label under every arm; in bold the best of the arms that used one scan's labels. The arms are the columns.
 * More than fit are the rows where the labels are few; where both are many, the arms' names stand upright, so that every
 * arm is seen without scrolling, and the table is printed on a page of its own that lies on its side.
 */
export function labelTable({ rows, labels }: ComparisonStatistics): Markup {
  const arms = rows.map(({ arm }) => arm);
  const oneLabel = arms.filter(({ labeledScans }) => labeledScans <= 1).map(({ name }) => name);
  const isWide = arms.length > UPRIGHT.arms;
  const turned = isWide && labels.length <= UPRIGHT.labels;
  const volumes = labels.map(({ volumeMm3 }) => html`<td>${volume(volumeMm3)}</td>`);
  const table = dataTable({
    caption: html`Dice of every label, mean and below it sd over test scans. Bold: the best arm with one labeled scan. Volumes are means over the true label maps.`,
    head: turned ? ["arm", ...labels.map(titleOf)] : ["label", "mm³", ...arms.map(({ title }) => title)],
    rows: turned
      ? [
          { cells: html`<th scope="row">mm³</th>${volumes}` },
          ...arms.map(({ name, title }) => ({
            cells: html`<th scope="row">${title}</th>${labels.map((row) => cell(row, name, oneLabel))}`,
          })),
        ]
      : labels.map((row, at) => ({
          cells: html`<th scope="row">${rowHead(row)}</th>${volumes[at]}${arms.map(({ name }) => cell(row, name, oneLabel))}`,
        })),
    className: "labels",
  });
  return html`<section class="${isWide && !turned ? "wide" : ""}"><h2>Label by label</h2>${table}</section>`;
}

function titleOf({ label, name }: LabelRow): string {
  return name ?? `label ${label}`;
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
