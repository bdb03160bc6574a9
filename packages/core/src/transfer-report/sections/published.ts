import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { NONE, plain, signed } from "../../report-page/numbers.ts";
import { sizeTitle } from "../chosen-runs.ts";
import type { TargetStatistics, TransferStatistics } from "../transfer-statistics.ts";

type Published = readonly [depth: number, scratch: number, pretrained: number];

/** Published tables of Med3D, as the authors' repository has them, in percent. */
export const PUBLISHED: readonly { readonly title: string; readonly rows: readonly Published[] }[] = [
  {
    title: "Published: lung segmentation (Visceral), Dice, weights of 8 data sets",
    rows: [
      [10, 71.3, 87.16],
      [18, 75.22, 87.26],
      [34, 76.82, 89.31],
      [50, 71.75, 93.31],
      [101, 72.1, 92.79],
      [152, 73.29, 92.33],
      [200, 71.29, 92.06],
    ],
  },
  {
    title: "Published: nodule malignancy (LIDC), accuracy, weights of 8 data sets",
    rows: [
      [10, 79.8, 86.87],
      [18, 80.8, 88.89],
      [34, 83.84, 89.9],
      [50, 84.85, 89.9],
      [101, 81.82, 90.91],
      [152, 73.74, 90.91],
      [200, 76.77, 90.91],
    ],
  },
  {
    title: "Published: left and right lung (Visceral), Dice, weights of 23 data sets",
    rows: [
      [10, 69.31, 96.56],
      [18, 70.89, 94.68],
      [34, 75.25, 94.14],
      [50, 52.94, 89.25],
    ],
  },
];

/** The tables of the paper with ours below them in the same form. */
export function publishedSection({ targets }: TransferStatistics, depth: number, labeled: number | null): Markup {
  const theirs = PUBLISHED.flatMap(({ title, rows }) => [
    groupRow(title),
    ...rows.map(([own, scratch, pretrained]) =>
      line(`ResNet-${own}`, plain(scratch, 2), plain(pretrained, 2), pretrained - scratch),
    ),
  ]);
  const ours = targets.flatMap((target) => ownRows(target, labeled));
  return html`<h2>Beside the published tables</h2>
${dataTable({
  caption: html`Chen et al. (2019) and the authors' repository beside this comparison: <strong>other data and other settings</strong>, so the numbers themselves cannot be compared, only their pattern. All in percent.
Their lung set has 8 test scans; their nodule set has 99 test cases, so one nodule is 1.01 points. Their arms had learning rates of their own (0.001 pretrained, 0.01 from scratch), ours share one sweep.`,
  head: ["encoder or target", "from scratch", "pretrained on domains", "difference"],
  rows: [...theirs, groupRow(`Here, ResNet-${depth}: mean Dice, or accuracy`), ...ours],
})}
<p>The paper also claims convergence about twice as fast as from Kinetics and ten times as fast as from scratch, 3\u00a0% to 20\u00a0% more accuracy, and 94.6\u00a0% Dice of the liver (LiTS) with one model of ResNet-152. Its columns for Kinetics weights are not reproduced here: we had no copy to read them from.</p>`;
}

type Row = { readonly cells: Markup; readonly className?: string };

/** Ours with the number of labeled cases that the answers are about, and with all. */
function ownRows({ target, rows }: TargetStatistics, labeled: number | null): Row[] {
  const wanted = rows.filter((row) => row.labeled === labeled || row.isAll);
  const sizes = [...new Set(wanted.map((row) => row.labeled))];
  return sizes.map((size) => {
    const scoreOf = (arm: string): number | null => {
      const row = wanted.find((one) => one.labeled === size && one.arm.name === arm);
      const score = target.task === "segmentation" ? row?.score : row?.accuracy;
      return score == null ? null : 100 * score.value;
    };
    const [scratch, pretrained] = [scoreOf("scratch"), scoreOf("domains")];
    const own = wanted.find((row) => row.labeled === size);
    const title = `${target.name}, ${own === undefined ? size : sizeTitle(own)}`;
    const gain = scratch === null || pretrained === null ? null : pretrained - scratch;
    return line(title, plain(scratch, 2), plain(pretrained, 2), gain);
  });
}

function groupRow(title: string): Row {
  return { cells: html`<th scope="rowgroup" colspan="4">${title}</th>`, className: "group" };
}

function line(title: string, scratch: string, pretrained: string, difference: number | null): Row {
  return {
    cells: html`<th scope="row">${title}</th><td>${scratch}</td><td>${pretrained}</td><td>${difference === null ? NONE : signed(difference, 2)}</td>`,
  };
}
