import type { ComparisonResults } from "../compare/results.ts";
import { METRICS } from "../evaluate/case-metrics.ts";
import { csv } from "../evaluate/csv.ts";
import type { MethodCases } from "../evaluate/summary.ts";

/**
 * Every number of a comparison: a row for each arm, seed, scan and label. `weights` says which weights were scored:
 * `final`, which no label chose, or `chosen-by-validation`. What is not defined is an empty field, and `found` says why.
 */
export function comparisonCsv({ arms, dataset }: Pick<ComparisonResults, "arms" | "dataset">): string {
  const header = ["arm", "seed", "weights", "scan", "label", "name", "found", ...METRICS];
  const rows = arms.flatMap(({ name: arm, runs }) =>
    runs.flatMap(({ seed, cases, chosenByValidation }) => {
      const of = (weights: string, scored: MethodCases["cases"]): string[][] =>
        scored.flatMap(({ id, metrics }) =>
          metrics.labels.map((row) => {
            const values = METRICS.map((metric) => row[metric]?.toFixed(6) ?? "");
            const name = dataset.labels[row.label] ?? "";
            return [arm, String(seed), weights, id, String(row.label), name, row.found, ...values];
          }),
        );
      return [...of("final", cases), ...of("chosen-by-validation", chosenByValidation?.cases ?? [])];
    }),
  );
  return csv([header, ...rows]);
}
