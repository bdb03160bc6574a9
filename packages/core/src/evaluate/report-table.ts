import type { EvaluationReport, LabelNames } from "./report.ts";
import type { LabelSummary, MethodSummary, Spread } from "./summary.ts";

const SURFACES = {
  "voxel-center": "between the centers of edge voxels",
  surfel: "between area-weighted surface elements",
} as const;

/** The report for a terminal: methods side by side, a row for each label and the mean, then the paired gains. */
export function reportTable(report: Pick<EvaluationReport, "summaries" | "gains" | "labels" | "surface">): string {
  const { summaries, gains, labels: names, surface } = report;
  const values = [...new Set(summaries.flatMap(({ labels }) => labels.map(({ label }) => label)))];
  const head = ["label", ...summaries.flatMap(() => ["Dice", "HD95 mm", "surface Dice", "missed"])];
  const rows = values.map((value) => [
    labelName(value, names),
    ...summaries.flatMap(({ labels }) => cells(labels.find(({ label }) => label === value))),
  ]);
  const mean = ["mean", ...summaries.flatMap((summary) => cells({ ...summary.mean, counts: summary.counts }))];
  const widths = head.map((_, column) => Math.max(...[head, ...rows, mean].map((row) => row[column].length)));
  const lines = [head, ...rows, mean].map((row) => aligned(row, widths));
  const rule = "-".repeat(lines[0].length);
  return [
    banner(summaries, widths),
    lines[0],
    rule,
    ...lines.slice(1, -1),
    rule,
    lines[lines.length - 1],
    ...summaries.flatMap(footnote),
    `Mean ± sd over scans; the mean row is over each scan's mean of its labels, background left out. Distances run ${SURFACES[surface]}.`,
    ...gains.map((gain) => {
      const [by, low, high] = [gain.mean, gain.low, gain.high].map(signed);
      return `${summaries[0].method} - ${gain.over}: ${by} Dice (95 % interval ${low} to ${high}, ${gain.n} scans)`;
    }),
  ].join("\n");
}

const GAP = "  ";

/** The method's name above its columns. */
function banner(summaries: readonly MethodSummary[], widths: readonly number[]): string {
  const perMethod = (widths.length - 1) / summaries.length;
  const titles = summaries.map(({ method, cases }, index) => {
    const own = widths.slice(1 + index * perMethod, 1 + (index + 1) * perMethod);
    const width = own.reduce((sum, size) => sum + size + GAP.length, -GAP.length);
    return `${method} (${cases} ${cases === 1 ? "scan" : "scans"})`.padEnd(width);
  });
  return ["".padEnd(widths[0]), ...titles].join(GAP).trimEnd();
}

function cells(row: Pick<LabelSummary, "dice" | "hd95Mm" | "surfaceDice1mm" | "counts"> | undefined): string[] {
  if (row === undefined) return ["-", "-", "-", "-"];
  return [
    meanAndSd(row.dice, 3),
    meanAndSd(row.hd95Mm, 2),
    meanAndSd(row.surfaceDice1mm, 3),
    String(row.counts.missed),
  ];
}

/** What the columns leave unsaid: labels that are found where there are none, or that no scan has. */
function footnote({ method, counts }: MethodSummary): string[] {
  const said = [
    counts.missed > 0 ? `${counts.missed} missed (Dice 0, no distance)` : "",
    counts.spurious > 0 ? `${counts.spurious} found where there is none (Dice 0, no distance)` : "",
    counts.absent > 0 ? `${counts.absent} in neither (not in the means)` : "",
  ].filter((text) => text !== "");
  return said.length === 0 ? [] : [`${method}, scans and labels together: ${said.join(", ")}.`];
}

function labelName(value: number, names: LabelNames): string {
  return `${value} ${names[value] ?? ""}`.trim();
}

function meanAndSd({ mean, sd }: Spread, digits: number): string {
  if (mean === null) return "-";
  return sd === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}

function signed(value: number): string {
  return Number.isNaN(value) ? "-" : `${value < 0 ? "" : "+"}${value.toFixed(3)}`;
}

function aligned(row: readonly string[], widths: readonly number[]): string {
  return row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at]))).join(GAP);
}
