import type { RunResult } from "../run/finish-run.ts";
import type { Store } from "../run/store.ts";
import { metricsCsv, metricsTable } from "./report.ts";
import { gainOver, type MethodCases, type MethodSummary, type PairedGain, summarize } from "./summary.ts";

interface Comparison {
  readonly summaries: readonly MethodSummary[];
  /** Of the first method over each of the others. */
  readonly gains: readonly (PairedGain & { readonly over: string })[];
}

function compare(methods: readonly MethodCases[], random: () => number): Comparison {
  const [first, ...others] = methods;
  return {
    summaries: methods.map(summarize),
    gains: others.map((other) => ({ over: other.method, ...gainOver(first, other, random) })),
  };
}

/** Writes `metrics.json` (summaries, gains, every case), `metrics.csv` and the table as text. */
export async function writeReport(
  store: Store,
  folder: string,
  methods: readonly MethodCases[],
  names: Readonly<Record<string, string>>,
  random: () => number,
): Promise<void> {
  const comparison = compare(methods, random);
  const write = (name: string, text: string): Promise<void> =>
    store.write(folder === "" ? name : `${folder}/${name}`, new TextEncoder().encode(text));
  await write("metrics.json", `${JSON.stringify({ labels: names, ...comparison, methods }, null, 1)}\n`);
  await write("metrics.csv", metricsCsv(methods, names));
  await write("table.txt", `${metricsTable(comparison.summaries, comparison.gains, names)}\n`);
}

/** What a program or the run's README wants to know. */
export function resultOf(
  methods: readonly MethodCases[],
  names: Readonly<Record<string, string>>,
  random: () => number,
): RunResult {
  const { summaries, gains } = compare(methods, random);
  const [gain] = gains;
  return {
    table: metricsTable(summaries, gains, names),
    scores: summaries.map(({ method, cases, meanDice, labels }) => ({
      method,
      scans: cases,
      meanDice: meanDice.mean ?? 0,
      labels: labels.map(({ label, dice }) => ({ name: names[label] ?? `${label}`, meanDice: dice.mean ?? 0 })),
    })),
    ...(gain === undefined ? {} : { gain: { mean: gain.mean, low: gain.low, high: gain.high } }),
  };
}
