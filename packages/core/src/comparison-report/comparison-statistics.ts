import type { ArmResults, ComparisonResults } from "../compare/results.ts";
import type { Found } from "../evaluate/case-metrics.ts";
import { pairedGain } from "../evaluate/paired-gain.ts";
import { type Spread, spread } from "../evaluate/summary.ts";
import { type GainOverSas, gainsOverSas } from "./gain-over-sas.ts";
import { type GapShare, gapShare } from "./gap-share.ts";
import { type LabelRow, labelRows } from "./label-rows.ts";
import { pairScans } from "./paired-scans.ts";
import { type PaperOrder, paperOrder } from "./paper-order.ts";
import { meanOf, type ScanScores, scanScores } from "./scan-scores.ts";
import { statisticsNotes, whyUntrained } from "./statistics-notes.ts";

/** What the table says of one arm. */
export interface ArmRow {
  readonly arm: ArmResults;
  /** Each test scan, averaged over seeds. */
  readonly scans: readonly ScanScores[];
  /** Over scans, of each scan's mean over its labels. */
  readonly dice: Spread;
  /** 95 % percentile bootstrap interval of that mean over scans; null without scans. */
  readonly diceInterval: { readonly low: number; readonly high: number } | null;
  /** Over scans and labels together, as the paper's table has it: its sd mixes both. */
  readonly diceOverLabels: Spread;
  readonly hd95Mm: Spread;
  readonly surfaceDice1mm: Spread;
  /** Over scans, labels and seeds. */
  readonly counts: Readonly<Record<Found, number>>;
  /** Sample standard deviation of the seeds' means; null for one seed. */
  readonly sdOverSeeds: number | null;
  /** Null for SAS itself and without scans that both have. */
  readonly gain: GainOverSas | null;
  /** Null for SAS and supervised themselves, where either is missing, and where there is no gap. */
  readonly gapShare: GapShare | null;
  /** Dice over scans with the weights that did best on the validation labels; null where there are none. */
  readonly chosenByValidation: Spread | null;
}

/** Everything that a report says in numbers. */
export interface ComparisonStatistics {
  readonly rows: readonly ArmRow[];
  readonly labels: readonly LabelRow[];
  readonly order: PaperOrder;
  /** The arm with the highest mean Dice among those that used one scan's labels; null where there is none. */
  readonly bestOneLabel: ArmRow | null;
  /** Why arms that train a segmenter cannot be compared here; null where they can. */
  readonly untrained: string | null;
  /** What a reader must know to read the numbers right. */
  readonly notes: readonly string[];
}

/**
 * Sums a comparison up. A missed label counts as Dice 0 and has no distance; labels that the atlas lacks are in no mean.
 * @param random uniform in [0, 1), for all bootstrap intervals; a seeded one gives the same numbers again.
 */
export function comparisonStatistics(results: ComparisonResults, random: () => number): ComparisonStatistics {
  const { arms } = results;
  const leftOut = new Set(results.labelsNotInAtlas.map(({ label }) => label));
  const sas = arms.find(({ name }) => name === "sas");
  const supervised = arms.find(({ name }) => name === "supervised");
  const gains = sas === undefined ? new Map<string, GainOverSas>() : gainsOverSas(arms, sas, leftOut, random);
  const rows = arms.map((arm): ArmRow => {
    const isBound = arm === sas || arm === supervised || sas === undefined || supervised === undefined;
    return {
      ...armRow(arm, leftOut, random),
      gain: gains.get(arm.name) ?? null,
      gapShare: isBound ? null : gapShareOf([sas, arm, supervised], leftOut, random),
    };
  });
  const labels = labelRows(results, new Map(rows.map(({ arm, scans }) => [arm.name, scans])), leftOut);
  return {
    rows,
    labels,
    order: paperOrder(arms, leftOut, random),
    bestOneLabel: bestOneLabel(rows),
    untrained: whyUntrained(rows),
    notes: statisticsNotes(results, rows, labels),
  };
}

function armRow(
  arm: ArmResults,
  leftOut: ReadonlySet<number>,
  random: () => number,
): Omit<ArmRow, "gain" | "gapShare"> {
  const scans = scanScores(
    arm.runs.map(({ cases }) => cases),
    leftOut,
  );
  const chosen = arm.runs.flatMap(({ chosenByValidation }) => chosenByValidation?.cases ?? []);
  const seedMeans = arm.runs.map(({ cases }) => meanOf(scanScores([cases], leftOut).map(({ dice }) => dice)));
  const counts = { found: 0, missed: 0, spurious: 0, absent: 0 };
  for (const scan of scans) {
    counts.found += scan.counts.found;
    counts.missed += scan.counts.missed;
    counts.spurious += scan.counts.spurious;
    counts.absent += scan.counts.absent;
  }
  const values = scans.map(({ dice }) => dice).filter((dice) => dice !== null);
  const zero = values.map(() => 0);
  const { low, high } = pairedGain(values, zero, random);
  return {
    arm,
    scans,
    dice: spread(values),
    diceInterval: values.length === 0 ? null : { low, high },
    diceOverLabels: spread(scans.flatMap(({ diceOfLabel }) => [...diceOfLabel.values()])),
    hd95Mm: spread(scans.map(({ hd95Mm }) => hd95Mm)),
    surfaceDice1mm: spread(scans.map(({ surfaceDice1mm }) => surfaceDice1mm)),
    counts,
    sdOverSeeds: spread(seedMeans).sd,
    chosenByValidation: chosen.length === 0 ? null : spread(scanScores([chosen], leftOut).map(({ dice }) => dice)),
  };
}

function gapShareOf(
  floorArmCeiling: readonly [ArmResults, ArmResults, ArmResults],
  leftOut: ReadonlySet<number>,
  random: () => number,
): GapShare | null {
  const { scans } = pairScans(floorArmCeiling, leftOut);
  return gapShare(
    scans.map(({ dice: [floor, own, ceiling] }) => [floor, own, ceiling] as const),
    random,
  );
}

function bestOneLabel(rows: readonly ArmRow[]): ArmRow | null {
  const candidates = rows.filter(({ arm, dice }) => arm.labeledScans <= 1 && dice.mean !== null);
  const height = (row: ArmRow): number => row.dice.mean ?? Number.NEGATIVE_INFINITY;
  return candidates.reduce<ArmRow | null>(
    (best, row) => (best === null || height(row) > height(best) ? row : best),
    null,
  );
}
