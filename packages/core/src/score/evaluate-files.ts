import { createRandom } from "@voxelsmith/engine";
import type { MethodCases } from "../evaluate/summary.ts";
import { type ReadFile, readLabelMap } from "../io/read-scan.ts";
import type { RunResult } from "../run/finish-run.ts";
import { type StageHooks, stepMeter } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import { labelValues } from "../volume/label-map.ts";
import { comparePair } from "./compare-pair.ts";
import { resultOf, writeReport } from "./result.ts";

/** Predicted label maps and the true ones. */
export interface EvaluateRequest extends StageHooks {
  readonly pairs: readonly { readonly id: string; readonly prediction: string; readonly truth: string }[];
  /** Label value to name; empty where nobody said. */
  readonly labels: Readonly<Record<string, string>>;
  readonly output: Store;
  readFile: ReadFile;
}

/** Scores label maps from anywhere. Labels are those that the true label maps have, in all cases together. */
export async function evaluateFiles(request: EvaluateRequest): Promise<RunResult> {
  const { pairs, labels: names, output, signal, emit, readFile } = request;
  const truths = [];
  for (const { truth } of pairs) truths.push(await readLabelMap(readFile, truth));
  const labels = [...new Set(truths.flatMap(labelValues))].filter((label) => label !== 0).sort((a, b) => a - b);
  const meter = stepMeter("evaluate", pairs.length);
  const cases: MethodCases["cases"][number][] = [];
  for (const [index, { id, prediction }] of pairs.entries()) {
    signal.throwIfAborted();
    const predicted = await readLabelMap(readFile, prediction);
    cases.push({ id, metrics: comparePair({ id, prediction: predicted, truth: truths[index], labels }) });
    emit(meter(index + 1));
  }
  const methods: readonly MethodCases[] = [{ method: "prediction", cases }];
  await writeReport(output, "", methods, names, createRandom(1, "bootstrap").uniform);
  return resultOf(methods, names, createRandom(1, "bootstrap").uniform);
}
