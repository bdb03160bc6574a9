import { type CaseMetrics, type Found, type LabelMetrics, METRICS, type MetricName } from "./case-metrics.ts";

/** The scores of one way of labeling, scan by scan. */
export interface MethodCases {
  readonly method: string;
  readonly cases: readonly { readonly id: string; readonly metrics: CaseMetrics }[];
}

/** Mean and spread of the values that are defined. */
export interface Spread {
  /** Null where no value is defined. */
  readonly mean: number | null;
  /** Standard deviation of the sample (n - 1); null below two values. */
  readonly sd: number | null;
  /** How many values are defined. */
  readonly n: number;
}

/** One label over all scans. */
export interface LabelSummary extends Readonly<Record<MetricName, Spread>> {
  readonly label: number;
  /** How many scans the label was found in, missed in, and so on. */
  readonly counts: Readonly<Record<Found, number>>;
}

/** One way of labeling over all scans. */
export interface MethodSummary {
  readonly method: string;
  readonly cases: number;
  /** Over scans, of each scan's mean over its labels. */
  readonly mean: Readonly<Record<MetricName, Spread>>;
  /** Over scans and labels. */
  readonly counts: Readonly<Record<Found, number>>;
  readonly labels: readonly LabelSummary[];
}

/** Sums the scores of one method up. Every label of any of its scans has its line, in rising order. */
export function summarize({ method, cases }: MethodCases): MethodSummary {
  const all = cases.flatMap(({ metrics }) => metrics.labels);
  const labels = [...new Set(all.map(({ label }) => label))].sort((a, b) => a - b);
  return {
    method,
    cases: cases.length,
    mean: spreads(cases.map(({ metrics }) => metrics.mean)),
    counts: countFound(all),
    labels: labels.map((label) => {
      const rows = all.filter((row) => row.label === label);
      return { label, counts: countFound(rows), ...spreads(rows) };
    }),
  };
}

/** Mean and standard deviation of the values that are there; `n` says how many. */
export function spread(values: readonly (number | null)[]): Spread {
  const there = values.filter((value) => value !== null);
  const n = there.length;
  if (n === 0) return { mean: null, sd: null, n };
  const mean = there.reduce((sum, value) => sum + value, 0) / n;
  const squares = there.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
}

function spreads(rows: readonly Readonly<Record<MetricName, number | null>>[]): Record<MetricName, Spread> {
  const of = (metric: MetricName): Spread => spread(rows.map((row) => row[metric]));
  const [dice, hd95Mm, assdMm, surfaceDice1mm, volumeSimilarity] = METRICS.map(of);
  return { dice, hd95Mm, assdMm, surfaceDice1mm, volumeSimilarity };
}

function countFound(rows: readonly LabelMetrics[]): Record<Found, number> {
  const counts = { found: 0, missed: 0, spurious: 0, absent: 0 };
  for (const { found } of rows) counts[found] += 1;
  return counts;
}
