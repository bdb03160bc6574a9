import type { ArmRow, ComparisonStatistics } from "../comparison-statistics.ts";
import { html, type Markup } from "../html.ts";
import { duration, meanAndSd, NONE, percent, plain, pValue, signed } from "../numbers.ts";
import { interval } from "./summary.ts";

/** The table of the arms, in two halves: Dice with its gains, and everything beside Dice. */
export function armTables({ rows, bestOneLabel }: ComparisonStatistics): Markup {
  const isBest = (row: ArmRow): string => (row === bestOneLabel ? "best" : "");
  return html`<div class="scroll"><table>
<caption>Dice of every arm and its gain over SAS. Bold: the best arm with one labeled scan. Intervals are 95 %, over test scans.</caption>
<thead><tr><th scope="col">arm</th><th scope="col">labeled scans</th><th scope="col">Dice, mean ± sd over scans</th>
<th scope="col">sd over scans and labels</th><th scope="col">gain over SAS, interval</th><th scope="col">p, t-test (Holm)</th>
<th scope="col">p, signed-rank (Holm)</th><th scope="col">share of the gap closed</th></tr></thead>
<tbody>${rows.map(
    (row) => html`<tr class="${isBest(row)}">${diceCells(row)}</tr>
`,
  )}</tbody></table></div>
<div class="scroll"><table>
<caption>Beside Dice. Distances are means ± sd over scans, of the labels that were found. Missed and spurious labels are counted over scans, labels and seeds.</caption>
<thead><tr><th scope="col">arm</th><th scope="col">HD95, mm</th><th scope="col">surface Dice at 1 mm</th><th scope="col">labels missed</th>
<th scope="col">labels where there are none</th><th scope="col">seeds</th><th scope="col">sd over seeds, Dice</th>
<th scope="col">Dice with weights that validation labels chose</th><th scope="col">time, all seeds</th></tr></thead>
<tbody>${rows.map(
    (row) => html`<tr class="${isBest(row)}">${otherCells(row)}</tr>
`,
  )}</tbody></table></div>`;
}

function diceCells({ arm, dice, diceOverLabels, gain, gapShare }: ArmRow): Markup {
  const gainCell =
    gain === null ? html`${NONE}` : html`${signed(gain.mean)}<span class="small">${interval(gain)}</span>`;
  const shareCell =
    gapShare === null
      ? html`${NONE}`
      : html`${percent(gapShare.share)}<span class="small">${gapShare.low === null ? "no interval" : `${percent(gapShare.low)} to ${percent(gapShare.high)}`}</span>`;
  return html`<th scope="row">${arm.title}</th><td>${arm.labeledScans}</td><td>${meanAndSd(dice)}</td><td>${plain(diceOverLabels.sd)}</td>
<td>${gainCell}</td><td>${pValue(gain?.tTest?.holmP ?? null)}</td><td>${pValue(gain?.signedRank?.holmP ?? null)}</td><td>${shareCell}</td>`;
}

function otherCells({ arm, hd95Mm, surfaceDice1mm, counts, sdOverSeeds, chosenByValidation }: ArmRow): Markup {
  const seconds = arm.runs.reduce((sum, run) => sum + run.seconds.train + run.seconds.label, 0);
  const chosen = chosenByValidation === null ? NONE : meanAndSd(chosenByValidation);
  return html`<th scope="row">${arm.title}</th><td>${meanAndSd(hd95Mm, 2)}</td><td>${meanAndSd(surfaceDice1mm)}</td>
<td>${counts.missed} of ${counts.missed + counts.found}</td><td>${counts.spurious}</td><td>${arm.runs.length}</td><td>${plain(sdOverSeeds, 4)}</td>
<td>${chosen}</td><td>${duration(seconds)}</td>`;
}
