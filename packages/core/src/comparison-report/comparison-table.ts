import { meanAndSd, NONE, percent, plain, signed } from "../report-page/numbers.ts";
import type { ArmRow, ComparisonStatistics } from "./comparison-statistics.ts";

/**
 * The table of the report for a terminal: an arm a line, the gain over SAS with its interval, the share of the gap;
 * below it what to know to read it right.
 */
export function comparisonTable({ rows, untrained, notes }: ComparisonStatistics): string {
  const header = ["arm", "labels", "Dice (sd)", "gain over SAS", "95 % interval", "gap closed", "HD95 mm", "missed"];
  const lines = rows.map((row): string[] => [
    row.arm.title,
    String(row.arm.labeledScans),
    meanAndSd(row.dice),
    row.gain === null ? NONE : signed(row.gain.mean),
    row.gain === null ? NONE : `${signed(row.gain.low)} to ${signed(row.gain.high)}`,
    row.gapShare === null ? NONE : percent(row.gapShare.share),
    plain(row.hd95Mm.mean, 2),
    String(row.counts.missed),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column].length)));
  const table = [header, ...lines].map((line) =>
    line.map((cell, column) => pad(cell, widths[column], column === 0)).join("  "),
  );
  const remarks = untrained === null ? notes : [untrained, ...notes];
  return [...table, ...remarks.map((remark) => `note: ${remark}`)].join("\n");
}

/** The same for programs. */
export function comparisonValue({ rows, order }: ComparisonStatistics): Readonly<Record<string, unknown>> {
  const value = ({ arm, dice, gain, gapShare, counts }: ArmRow): Readonly<Record<string, unknown>> => ({
    arm: arm.name,
    labeledScans: arm.labeledScans,
    meanDice: dice.mean,
    gainOverSas: gain === null ? null : { mean: gain.mean, low: gain.low, high: gain.high },
    gapShare: gapShare === null ? null : gapShare.share,
    missed: counts.missed,
  });
  return { arms: rows.map(value), paperOrder: order };
}

function pad(cell: string, width: number, isLeft: boolean): string {
  return isLeft ? cell.padEnd(width) : cell.padStart(width);
}
