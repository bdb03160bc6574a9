import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { NONE, percent, plain, signed } from "../../report-page/numbers.ts";
import type { ComparisonStatistics } from "../comparison-statistics.ts";

/** One line of Table 1 of Zhao et al. (2019): 30 labels of 100 test scans of brains. */
interface Published {
  readonly arm: string;
  readonly title: string;
  readonly dice: number;
  readonly sd: number;
  readonly gain: number | null;
  readonly gainSd: number | null;
}

export const PUBLISHED: readonly Published[] = [
  { arm: "sas", title: "SAS", dice: 0.759, sd: 0.137, gain: null, gainSd: null },
  { arm: "sas-aug", title: "SAS-aug", dice: 0.775, sd: 0.147, gain: 0.016, gainSd: 0.041 },
  { arm: "rand-aug", title: "rand-aug", dice: 0.765, sd: 0.143, gain: 0.006, gainSd: 0.088 },
  { arm: "coupled", title: "ours-coupled", dice: 0.795, sd: 0.133, gain: 0.036, gainSd: 0.036 },
  { arm: "independent", title: "ours-indep", dice: 0.804, sd: 0.13, gain: 0.045, gainSd: 0.038 },
  { arm: "independent+rand-aug", title: "ours-indep + rand-aug", dice: 0.815, sd: 0.123, gain: 0.056, gainSd: 0.044 },
  { arm: "supervised", title: "supervised", dice: 0.849, sd: 0.092, gain: 0.089, gainSd: 0.072 },
];

const HEAD = [
  ...["arm, as they name it", "published: Dice (sd)", "published: gain over SAS (sd)", "published: share of the gap"],
  ...["here: Dice (sd)", "here: gain over SAS (sd)", "here: share of the gap"],
];

/** The paper's table beside ours. */
export function publishedTable({ rows }: ComparisonStatistics): Markup {
  const floor = PUBLISHED[0].dice;
  const gap = PUBLISHED[PUBLISHED.length - 1].dice - floor;
  const lines = PUBLISHED.map(({ arm, title, dice, sd, gain, gainSd }) => {
    const row = rows.find((one) => one.arm.name === arm);
    const share = gain === null || arm === "supervised" ? NONE : percent((dice - floor) / gap);
    const [ours, ourGain] = [row?.diceOverLabels ?? { mean: null, sd: null }, row?.gain ?? { mean: null, sd: null }];
    const cells = html`<th scope="row">${title}</th><td>${inBrackets(plain(dice), sd)}</td><td>${inBrackets(signed(gain), gainSd)}</td><td>${share}</td>
<td>${inBrackets(plain(ours.mean), ours.sd)}</td><td>${inBrackets(signed(ourGain.mean), ourGain.sd)}</td><td>${percent(row?.gapShare?.share ?? null)}</td>`;
    return { cells };
  });
  return dataTable({
    caption: html`Zhao et al. (2019), Table 1, beside this comparison: <strong>other data and other settings</strong>, so the numbers themselves cannot be compared, only their pattern.
Theirs: 30 structures of 100 test scans of brains. Sd in brackets: of Dice over scans and labels, of our gains over scans. Their share of the gap follows from the means of their table.`,
    head: HEAD,
    rows: lines,
  });
}

function inBrackets(value: string, sd: number | null): string {
  return value === NONE || sd === null ? value : `${value} (${plain(sd)})`;
}
