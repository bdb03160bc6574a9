import { RUN_FOLDER } from "./run-folder.ts";
import type { Store } from "./store.ts";

/** What was measured at one step of one stage: a line of `metrics.jsonl`. */
export interface Metrics {
  readonly stage: string;
  readonly step: number;
  readonly [name: string]: string | number;
}

/** Appends to the metrics of one stage. */
export interface MetricsLog {
  record(step: number, values: Readonly<Record<string, number | string>>): Promise<void>;
}

/**
 * Opens the log of a stage that goes on after `step`. Lines of this stage beyond it are dropped, because those steps
 * will be done again, and so is a last line that was cut off when the process was killed.
 * @param step step of the checkpoint, 0 for a fresh start
 */
export async function openMetricsLog(store: Store, stage: string, step: number): Promise<MetricsLog> {
  const before = await store.read(RUN_FOLDER.metrics);
  if (before !== undefined) {
    const text = new TextDecoder().decode(before);
    const kept = wholeLines(text).filter((line) => line.stage !== stage || line.step <= step);
    const rewritten = kept.map((line) => `${JSON.stringify(line)}\n`).join("");
    if (rewritten !== text) await store.write(RUN_FOLDER.metrics, new TextEncoder().encode(rewritten));
  }
  return {
    record: (at, values) => store.append(RUN_FOLDER.metrics, `${JSON.stringify({ stage, step: at, ...values })}\n`),
  };
}

/** All metrics of a run in the order in which they were recorded. */
export async function readMetrics(store: Store): Promise<readonly Metrics[]> {
  const bytes = await store.read(RUN_FOLDER.metrics);
  return bytes === undefined ? [] : wholeLines(new TextDecoder().decode(bytes));
}

/** Lines that are whole: a process that is killed may leave half a line, at the end or, after a restart, in between. */
function wholeLines(text: string): Metrics[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isMetrics(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isMetrics(value: unknown): value is Metrics {
  return (
    typeof value === "object" &&
    value !== null &&
    "stage" in value &&
    typeof value.stage === "string" &&
    "step" in value &&
    typeof value.step === "number"
  );
}
