import type { Found, LabelMetrics } from "../evaluate/case-metrics.ts";
import type { MethodCases } from "../evaluate/summary.ts";

/** A metric of one label of one scan, or of the mean over its labels; null where it is not defined. */
export type Score = number | null;

/** One test scan under one arm, each number the mean over seeds. */
export interface ScanScores {
  readonly id: string;
  /** Mean over the labels for which the metric is defined. */
  readonly dice: Score;
  readonly hd95Mm: Score;
  readonly surfaceDice1mm: Score;
  /** Dice of each label; null where the label is in neither map. */
  readonly diceOfLabel: ReadonlyMap<number, Score>;
  /** How often a label was found, missed and so on, over labels and seeds. */
  readonly counts: Readonly<Record<Found, number>>;
}

/**
 * Averages an arm's scores over seeds, scan by scan; a scan that some seeds lack is averaged over the others.
 * @param leftOut labels that no mean takes in, because the atlas lacks them
 */
export function scanScores(seeds: readonly MethodCases["cases"][], leftOut: ReadonlySet<number>): ScanScores[] {
  const rowsOf = new Map<string, (readonly LabelMetrics[])[]>();
  for (const { id, metrics } of seeds.flat()) {
    const rows = metrics.labels.filter(({ label }) => !leftOut.has(label));
    rowsOf.set(id, [...(rowsOf.get(id) ?? []), rows]);
  }
  return [...rowsOf].map(([id, ofSeeds]) => {
    const overLabels = (metric: "dice" | "hd95Mm" | "surfaceDice1mm"): Score =>
      meanOf(ofSeeds.map((rows) => meanOf(rows.map((row) => row[metric]))));
    const all = ofSeeds.flat();
    const labels = [...new Set(all.map(({ label }) => label))].sort((a, b) => a - b);
    const diceOf = (wanted: number): Score =>
      meanOf(all.filter(({ label }) => label === wanted).map(({ dice }) => dice));
    const counts = { found: 0, missed: 0, spurious: 0, absent: 0 };
    for (const { found } of all) counts[found] += 1;
    return {
      id,
      dice: overLabels("dice"),
      hd95Mm: overLabels("hd95Mm"),
      surfaceDice1mm: overLabels("surfaceDice1mm"),
      diceOfLabel: new Map(labels.map((label) => [label, diceOf(label)])),
      counts,
    };
  });
}

/** Mean of the scores that are defined; null where none is. */
export function meanOf(scores: readonly Score[]): Score {
  const there = scores.filter((score) => score !== null);
  return there.length === 0 ? null : there.reduce((sum, score) => sum + score, 0) / there.length;
}
