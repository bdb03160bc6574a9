import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { NONE, plain } from "../../report-page/numbers.ts";
import type { SweepRow } from "../sweep-rows.ts";
import type { TransferStatistics } from "../transfer-statistics.ts";
import { bySize } from "./target-table.ts";

/** Every sweep as a whole, so that a reader sees that it was the same for all arms. */
export function sweepsSection({ targets }: TransferStatistics, rates: readonly number[]): Markup {
  const tables = targets.map(({ target, sweeps }) => {
    if (sweeps.length === 0) return NOTHING;
    const metric = target.task === "segmentation" ? "mean Dice" : "AUC";
    const seeds = [...new Set(sweeps.map(({ seed }) => seed))].join(", ");
    return dataTable({
      caption: html`${target.name}: validation score (${metric}${target.folds > 1 ? ", mean over folds" : ""}) of every learning rate at seed ${seeds}. Bold: the rate that was chosen.`,
      head: ["arm", ...rates.map(String)],
      rows: bySize(sweeps, rates.length + 1, (row) => sweepCells(row, rates)),
    });
  });
  return html`<h2>The sweep of learning rates</h2>
<p>Every arm tried the same rates, ${rates.join(", ")}, on the same cases with the same number of steps; validation cases alone chose. Test cases chose nothing.</p>
${tables}`;
}

function sweepCells({ arm, scores, chosen }: SweepRow, rates: readonly number[]): Markup {
  const cells = scores.map((score, index) => {
    const text = typeof score === "number" ? plain(score) : (score ?? NONE);
    return html`<td class="${rates[index] === chosen ? "best" : ""}">${text}</td>`;
  });
  return html`<th scope="row">${arm.title}</th>${cells}`;
}
