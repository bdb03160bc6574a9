import { type EvaluationReport, evaluationReport, type LabelNames, reportCsv } from "../evaluate/report.ts";
import { reportTable } from "../evaluate/report-table.ts";
import type { MethodCases } from "../evaluate/summary.ts";
import type { RunResult } from "../run/finish-run.ts";
import type { Store } from "../run/store.ts";

/** Writes `metrics.json` (summaries, gains, every case), `metrics.csv` and the table as text. */
export async function writeReport(
  store: Store,
  folder: string,
  methods: readonly MethodCases[],
  names: LabelNames,
  random: () => number,
): Promise<void> {
  const report = evaluationReport(methods, names, random);
  const write = (name: string, text: string): Promise<void> =>
    store.write(folder === "" ? name : `${folder}/${name}`, new TextEncoder().encode(text));
  await write("metrics.json", `${JSON.stringify(report, null, 1)}\n`);
  await write("metrics.csv", reportCsv(report));
  await write("table.txt", `${reportTable(report)}\n`);
}

/** What a program or the run's README wants to know. */
export function resultOf(methods: readonly MethodCases[], names: LabelNames, random: () => number): RunResult {
  const report = evaluationReport(methods, names, random);
  return { table: reportTable(report), scores: report.summaries.map((one) => scoreOf(one, names)), ...gainOf(report) };
}

function scoreOf(
  { method, cases, mean, labels }: EvaluationReport["summaries"][number],
  names: LabelNames,
): RunResult["scores"][number] {
  return {
    method,
    scans: cases,
    meanDice: mean.dice.mean,
    labels: labels.map(({ label, dice }) => ({ name: names[label] ?? `${label}`, meanDice: dice.mean })),
  };
}

/** Of the first method over the second; none without a pair of scans. */
function gainOf({ gains: [gain] }: EvaluationReport): Pick<RunResult, "gain"> {
  if (gain === undefined || gain.n === 0) return {};
  return { gain: { mean: gain.mean, low: gain.low, high: gain.high } };
}
