import type { CaseMetrics, Found, LabelMetrics } from "./case-metrics.ts";

/** Everything that one way of labeling did. */
export interface MethodCases {
  readonly method: string;
  readonly cases: readonly { readonly id: string; readonly metrics: CaseMetrics }[];
}

export interface Spread {
  readonly mean: number | null;
  /** Standard deviation of the sample (n - 1). */
  readonly sd: number | null;
  readonly n: number;
}

type Score = "dice" | "volumeSimilarity" | "surfaceDice1mm" | "hd95Mm" | "assdMm";

export interface LabelSummary extends Readonly<Record<Score, Spread>> {
  readonly label: number;
  readonly counts: Readonly<Record<Found, number>>;
}

export interface MethodSummary {
  readonly method: string;
  readonly cases: number;
  /** Over cases, of each case's mean over labels. */
  readonly meanDice: Spread;
  readonly labels: readonly LabelSummary[];
}

export interface PairedGain {
  readonly mean: number;
  /** 95 % bootstrap interval over cases. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export function summarize({ method, cases }: MethodCases): MethodSummary {
  const labels = cases[0]?.metrics.labels.map(({ label }) => label) ?? [];
  return {
    method,
    cases: cases.length,
    meanDice: spread(cases.map(({ metrics }) => metrics.meanDice)),
    labels: labels.map((label, index) =>
      summarizeLabel(
        label,
        cases.map(({ metrics }) => metrics.labels[index]),
      ),
    ),
  };
}

function summarizeLabel(label: number, rows: readonly LabelMetrics[]): LabelSummary {
  const of = (score: Score): Spread => spread(rows.map((row) => row[score]));
  const counts = { found: 0, missed: 0, spurious: 0, absent: 0 };
  for (const { found } of rows) counts[found]++;
  return {
    label,
    counts,
    dice: of("dice"),
    volumeSimilarity: of("volumeSimilarity"),
    surfaceDice1mm: of("surfaceDice1mm"),
    hd95Mm: of("hd95Mm"),
    assdMm: of("assdMm"),
  };
}

/** Mean and deviation of the values that are there; `n` says how many. */
export function spread(values: readonly (number | null)[]): Spread {
  const there = values.filter((value) => value !== null);
  const n = there.length;
  if (n === 0) return { mean: null, sd: null, n };
  const mean = there.reduce((sum, value) => sum + value, 0) / n;
  const squares = there.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
}

const BOOTSTRAP_DRAWS = 10_000;

/**
 * Mean of a - b over cases with its 95 % percentile bootstrap interval: cases are drawn again with replacement.
 * @param random uniform in [0, 1), seeded by the caller
 */
export function pairedGain(a: readonly number[], b: readonly number[], random: () => number): PairedGain {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`${a.length} and ${b.length} cases are no pairs`);
  const gains = a.map((value, index) => value - b[index]);
  const n = gains.length;
  const means = Float64Array.from({ length: BOOTSTRAP_DRAWS }, () => {
    let total = 0;
    for (let draw = 0; draw < n; draw++) total += gains[Math.floor(random() * n)];
    return total / n;
  }).sort();
  const at = (share: number): number => means[Math.round(share * (BOOTSTRAP_DRAWS - 1))];
  return { mean: gains.reduce((sum, gain) => sum + gain, 0) / n, low: at(0.025), high: at(0.975), n };
}

/** Gain of the first method over another, over the cases that both scored. */
export function gainOver(first: MethodCases, other: MethodCases, random: () => number): PairedGain {
  const theirs = new Map(other.cases.map(({ id, metrics }) => [id, metrics.meanDice]));
  const pairs = first.cases.flatMap(({ id, metrics }) => {
    const value = theirs.get(id);
    return metrics.meanDice === null || value === null || value === undefined
      ? []
      : [[metrics.meanDice, value] as const];
  });
  return pairedGain(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
    random,
  );
}
