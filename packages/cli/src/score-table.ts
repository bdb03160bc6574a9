import type { RunResult } from "./stages.ts";

/** The outcome for people: one line a method, Dice per label, and where to look. */
export function scoreTable({ scores, gain }: RunResult, folder: string): string {
  if (scores.length === 0) return `Done; nothing to score, because no test scan has labels. See ${folder}.`;
  const names = scores[0].labels.map(({ name }) => name);
  const rows = [
    ["Dice", "scans", "mean", ...names],
    ...scores.map(({ method, scans, meanDice, labels }) => [
      method,
      String(scans),
      meanDice.toFixed(3),
      ...labels.map((label) => label.meanDice.toFixed(3)),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
  if (gain !== undefined) {
    const [mean, low, high] = [gain.mean, gain.low, gain.high].map((value) => value.toFixed(3));
    lines.push(`Gain over the single atlas: ${mean} (95 % interval ${low} to ${high})`);
  }
  return [...lines, `Everything lies in ${folder}.`].join("\n");
}
