import type { ComparisonResults } from "../compare/results.ts";
import { type Spread, spread } from "../evaluate/summary.ts";
import type { ScanScores } from "./scan-scores.ts";

/** One label over all scans, arm by arm. */
export interface LabelRow {
  readonly label: number;
  /** Null where the data set names no label of this value. */
  readonly name: string | null;
  /** Mean over the true label maps that have it; null where none has. */
  readonly volumeMm3: number | null;
  /** Dice over scans, by arm name; `n` is 0 where the label is in no scan. */
  readonly dice: ReadonlyMap<string, Spread>;
}

/** A row for each label that is scored, in rising order: those of the data set's list and those that any scan has. */
export function labelRows(
  { dataset, labelVolumesMm3 }: ComparisonResults,
  scores: ReadonlyMap<string, readonly ScanScores[]>,
  leftOut: ReadonlySet<number>,
): LabelRow[] {
  const scored = [...scores.values()].flat().flatMap(({ diceOfLabel }) => [...diceOfLabel.keys()]);
  const labels = [...new Set([...Object.keys(dataset.labels).map(Number), ...scored])]
    .filter((label) => label !== 0 && !leftOut.has(label))
    .sort((a, b) => a - b);
  return labels.map((label) => ({
    label,
    name: dataset.labels[label] ?? null,
    volumeMm3: labelVolumesMm3[label] ?? null,
    dice: new Map(
      [...scores].map(([arm, scans]) => [arm, spread(scans.map(({ diceOfLabel }) => diceOfLabel.get(label) ?? null))]),
    ),
  }));
}

/** "hippocampus (2)", or "label 2" where the data set has no name for it. */
export function labelTitle(label: number, names: Readonly<Record<string, string>>): string {
  const name = names[String(label)];
  return name === undefined ? `label ${label}` : `${name} (${label})`;
}
