import { METRICS } from "./case-metrics.ts";
import { csv } from "./csv.ts";
import { gainOver, type PairedGain } from "./paired-gain.ts";
import { type MethodCases, type MethodSummary, summarize } from "./summary.ts";
import type { SurfaceConvention } from "./surface-points.ts";

/** Label value to name, for reports. */
export type LabelNames = Readonly<Record<string, string>>;

/** Everything that an evaluation found, as plain JSON: what it means, the summaries, and every number behind them. */
export interface EvaluationReport {
  readonly labels: LabelNames;
  /** Where surfaces were taken to lie. */
  readonly surface: SurfaceConvention;
  readonly summaries: readonly MethodSummary[];
  /** Mean Dice of the first method minus that of each other one. */
  readonly gains: readonly (PairedGain & { readonly over: string })[];
  readonly methods: readonly MethodCases[];
}

/**
 * Puts the methods side by side; the first is the one whose gains over the others are asked for.
 * @param random uniform in [0, 1), for the bootstrap.
 */
export function evaluationReport(
  methods: readonly MethodCases[],
  labels: LabelNames,
  random: () => number,
  surface: SurfaceConvention = "voxel-center",
): EvaluationReport {
  const [first, ...others] = methods;
  return {
    labels,
    surface,
    summaries: methods.map(summarize),
    gains: others.map((other) => ({ over: other.method, ...gainOver(first, other, random) })),
    methods,
  };
}

/** One row for each method, scan and label. What is not defined is an empty field, and `found` says why. */
export function reportCsv({ methods, labels: names }: Pick<EvaluationReport, "methods" | "labels">): string {
  const rows = methods.flatMap(({ method, cases }) =>
    cases.flatMap(({ id, metrics }) =>
      metrics.labels.map((row) => {
        const values = METRICS.map((metric) => row[metric]?.toFixed(6) ?? "");
        return [method, id, String(row.label), names[row.label] ?? "", row.found, ...values];
      }),
    ),
  );
  const header = ["method", "scan", "label", "name", "found", ...METRICS];
  return csv([header, ...rows]);
}
