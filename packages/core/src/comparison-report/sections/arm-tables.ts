import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { duration, interval, meanAndSd, NONE, percent, plain, pValue, signed } from "../../report-page/numbers.ts";
import type { ArmRow, ComparisonStatistics } from "../comparison-statistics.ts";

const DICE_HEAD = [
  ...["arm", "labeled scans", "Dice, mean ± sd over scans", "sd over scans and labels", "gain over SAS, interval"],
  ...["p, t-test (Holm)", "p, signed-rank (Holm)", "share of the gap closed"],
];

const OTHER_HEAD = [
  ...["arm", "HD95, mm", "surface Dice at 1 mm", "labels missed", "labels where there are none", "seeds"],
  ...["sd over seeds, Dice", "Dice with weights that validation labels chose", "time, all seeds"],
];

/** The table of the arms, in two halves: Dice with its gains, and everything beside Dice. */
export function armTables({ rows, bestOneLabel }: ComparisonStatistics): Markup {
  const lines = (cells: (row: ArmRow) => Markup): { cells: Markup; className: string }[] =>
    rows.map((row) => ({ cells: cells(row), className: row === bestOneLabel ? "best" : "" }));
  const dice = dataTable({
    caption: html`Dice of every arm and its gain over SAS. Bold: the best arm with one labeled scan. Intervals are 95\u00a0%, over test scans.`,
    head: DICE_HEAD,
    rows: lines(diceCells),
  });
  const others = dataTable({
    caption: html`Beside Dice. Distances and surface Dice are means ± sd over scans; a label that was missed has no distance. Missed and spurious labels are counted over scans, labels and seeds. Time: training of the segmenters and labeling; the models of the transforms are not in it.`,
    head: OTHER_HEAD,
    rows: lines(otherCells),
  });
  return html`${dice}${others}`;
}

function diceCells({ arm, dice, diceOverLabels, gain, gapShare }: ArmRow): Markup {
  const gainCell =
    gain === null ? html`${NONE}` : html`${signed(gain.mean)}<span class="small">${interval(gain)}</span>`;
  const shareInterval =
    gapShare === null || gapShare.low === null
      ? "no interval"
      : `${percent(gapShare.low)} to ${percent(gapShare.high)}`;
  const shareCell =
    gapShare === null ? html`${NONE}` : html`${percent(gapShare.share)}<span class="small">${shareInterval}</span>`;
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
