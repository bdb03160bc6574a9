import type { RunContext } from "./context.ts";
import { RUN_FOLDER } from "./run-folder.ts";
import { type MethodScore, runReadme } from "./run-readme.ts";

/** What a run is worth: the table of its README. */
export interface RunResult {
  /** Empty where no test scan has labels. */
  readonly scores: readonly MethodScore[];
  /** Mean paired gain of the segmenter over SAS with its 95 % bootstrap interval. */
  readonly gain?: { readonly mean: number; readonly low: number; readonly high: number };
  /** The same as a table for a terminal. */
  readonly table: string;
}

/** Writes the run's README in plain words. */
export async function writeRunReadme(context: RunContext, result: RunResult, seconds: number): Promise<void> {
  const { config, manifest, store } = context;
  const text = runReadme({ config, manifest, seconds, ...result });
  await store.write(RUN_FOLDER.readme, new TextEncoder().encode(text));
}
