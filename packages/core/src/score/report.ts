import type { LabelMetrics } from "./case-metrics.ts";
import type { LabelSummary, MethodCases, MethodSummary, PairedGain, Spread } from "./summary.ts";

export type { MethodCases } from "./summary.ts";

const COLUMNS = ["dice", "volumeSimilarity", "surfaceDice1mm", "hd95Mm", "assdMm"] as const;

/** One row for each method, case and label; a value that does not exist is an empty field, and `found` says why. */
export function metricsCsv(methods: readonly MethodCases[], names: Readonly<Record<string, string>>): string {
  const value = (row: LabelMetrics, column: (typeof COLUMNS)[number]): string => row[column]?.toFixed(6) ?? "";
  const rows = methods.flatMap(({ method, cases }) =>
    cases.flatMap(({ id, metrics }) =>
      metrics.labels.map((row) =>
        [
          method,
          id,
          row.label,
          quoted(names[row.label] ?? ""),
          row.found,
          ...COLUMNS.map((column) => value(row, column)),
        ].join(),
      ),
    ),
  );
  return `${[["method", "case", "label", "name", "found", ...COLUMNS].join(), ...rows].join("\n")}\n`;
}

/** Methods side by side: a row for each label and the mean, then the paired gains of the first method. */
export function metricsTable(
  summaries: readonly MethodSummary[],
  gains: readonly (PairedGain & { readonly over: string })[],
  names: Readonly<Record<string, string>>,
): string {
  const [first] = summaries;
  const head = ["label", ...summaries.flatMap(({ method }) => [`${method} Dice`, "HD95 mm", "surface Dice", "missed"])];
  const labelRow = (index: number): string[] => [
    `${first.labels[index].label} ${names[first.labels[index].label] ?? ""}`.trim(),
    ...summaries.flatMap(({ labels }) => labelCells(labels[index])),
  ];
  const mean = ["mean", ...summaries.flatMap((summary) => [plusMinus(summary.meanDice), "", "", missedCount(summary)])];
  const lines = aligned([head, ...first.labels.map((_, index) => labelRow(index)), mean]);
  const rule = "-".repeat(Math.max(...lines.map(({ length }) => length)));
  const [title, ...body] = lines;
  return [
    title,
    rule,
    ...body.slice(0, -1),
    rule,
    body[body.length - 1],
    `${first.cases} scans; Dice is mean ± sd over scans, distances between voxel centers of the surfaces.`,
    ...gains.map(
      ({ over, mean: gain, low, high, n }) =>
        `${first.method} - ${over}: ${signed(gain)} Dice (95 % interval ${signed(low)} to ${signed(high)}, ${n} pairs)`,
    ),
  ].join("\n");
}

function labelCells({ dice, hd95Mm, surfaceDice1mm, counts }: LabelSummary): string[] {
  return [plusMinus(dice), fixed(hd95Mm.mean, 2), fixed(surfaceDice1mm.mean, 3), `${counts.missed}`];
}

function missedCount({ labels }: MethodSummary): string {
  return `${labels.reduce((sum, { counts }) => sum + counts.missed, 0)}`;
}

function plusMinus({ mean, sd }: Spread): string {
  return sd === null ? fixed(mean, 3) : `${fixed(mean, 3)} ± ${fixed(sd, 3)}`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(3)}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  "),
  );
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
