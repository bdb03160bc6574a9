import { z } from "zod";
import { readJson } from "../compare/comparison-folder.ts";
import { type Store, subfolder } from "../run/store.ts";
import type { TransferRun } from "./results.ts";
import { type CellKey, cellFolder, JOB_RESULT, type RunKey, runFolder } from "./transfer-comparison-folder.ts";

/** `result.json` of a fine-tuning. */
export interface FineTuningResult {
  /** Ids of the labeled cases that it was trained on: the same for every arm. */
  readonly training: readonly string[];
  readonly run: TransferRun;
}

const transferRun: z.ZodType<TransferRun> = z.object({
  seed: z.number(),
  fold: z.number(),
  learningRate: z.number(),
  step: z.number(),
  validation: z.number(),
  curve: z.array(z.object({ step: z.number(), loss: z.number(), score: z.number() })),
  segmented: z.exactOptional(z.array(z.object({ id: z.string(), meanDice: z.number() }))),
  classified: z.exactOptional(
    z.array(z.object({ id: z.string(), truth: z.number(), probabilities: z.array(z.number()) })),
  ),
  diverged: z.exactOptional(z.literal(true)),
  seconds: z.number(),
});

const fineTuningResult: z.ZodType<FineTuningResult> = z.object({ training: z.array(z.string()), run: transferRun });

/** The result of a fine-tuning, undefined where it is not done. */
export function readFineTuning(store: Store, key: RunKey): Promise<FineTuningResult | undefined> {
  return readJson(subfolder(store, runFolder(key)), JOB_RESULT, fineTuningResult);
}

/** Everything of a cell that is done, in the order of seeds, folds and rates. */
export async function readCell(store: Store, key: CellKey): Promise<readonly FineTuningResult[]> {
  const paths = (await store.list(cellFolder(key))).filter((path) => path.endsWith(`/${JOB_RESULT}`));
  const found: FineTuningResult[] = [];
  for (const path of paths) {
    const result = await readJson(store, path, fineTuningResult);
    if (result !== undefined) found.push(result);
  }
  return found.sort(
    (a, b) => a.run.seed - b.run.seed || a.run.fold - b.run.fold || b.run.learningRate - a.run.learningRate,
  );
}

/** What a sweep consists of. */
export interface Sweep {
  /** In the order of `--rates`; of equal scores the first wins. */
  readonly rates: readonly number[];
  readonly seed: number;
  readonly folds: number;
}

/**
 * The learning rate whose runs of the sweep's seed have the highest mean validation score over the folds; test scores
 * are not looked at. Undefined until the sweep is complete. One rate serves all folds: with a handful of validation
 * cases a fold, a choice of its own would be a draw of lots.
 */
export function chooseRate(runs: readonly TransferRun[], { rates, seed, folds }: Sweep): number | undefined {
  const scores = rates.map((rate) => {
    const own = runs.filter((run) => run.seed === seed && run.learningRate === rate);
    if (new Set(own.map(({ fold }) => fold)).size < folds) return undefined;
    return own.reduce((sum, { validation }) => sum + validation, 0) / own.length;
  });
  const known = scores.flatMap((score) => score ?? []);
  return known.length < rates.length ? undefined : rates[scores.indexOf(Math.max(...known))];
}
