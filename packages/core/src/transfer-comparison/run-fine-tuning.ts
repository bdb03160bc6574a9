import { DivergenceError } from "../errors.ts";
import { checkpointPath, RUN_FOLDER } from "../run/run-folder.ts";
import { subfolder, writeJson } from "../run/store.ts";
import { timeWork } from "../run/work-time.ts";
import { TRANSFER_STAGE } from "../transfer/fine-tune.ts";
import type { TransferArmName } from "./arms.ts";
import { type ComparisonTarget, drawLabeled, splitsOf } from "./comparison-target.ts";
import { countDone } from "./count-jobs.ts";
import type { FineTuningResult } from "./fine-tuning-result.ts";
import type { JobMeter } from "./job-meter.ts";
import type { OpenTarget, TunedScores } from "./open-target.ts";
import { startOfArm } from "./start-of-arm.ts";
import type { TransferComparisonContext } from "./transfer-comparison-context.ts";
import { JOB_RESULT, type RunKey, runFolder } from "./transfer-comparison-folder.ts";

/** One fine-tuning of a comparison. */
export interface FineTuning extends RunKey {
  readonly arm: TransferArmName;
}

/**
 * Draws the labeled cases, fine-tunes, scores the test cases and writes the result; metrics stay, weights do not. Goes
 * on from its checkpoint where it was stopped.
 */
export async function runFineTuning(
  context: TransferComparisonContext,
  job: FineTuning,
  target: ComparisonTarget,
  open: OpenTarget,
  meter: JobMeter,
): Promise<void> {
  const { comparison, store, signal, emit } = context;
  signal.throwIfAborted();
  const { seed, fold, learningRate, size, arm } = job;
  const title = `${meter.next(await countDone(context))}: ${describe(job, target.folds)}`;
  emit({ kind: "stage", stage: "fine-tuning", title });
  const own = subfolder(store, runFolder(job));
  const { config, start } = await startOfArm(context, arm, target, job);
  const split = splitsOf(target, comparison.settings.seed)[fold];
  const training = size.isAll ? split.train : drawLabeled(target, split.train, size.labeled, seed);
  const { value: scores, seconds } = await timeWork(own, TRANSFER_STAGE, (timed) =>
    open.fineTune({ config, start, store: timed, split, training }).catch((error: unknown): TunedScores => {
      if (!(error instanceof DivergenceError)) throw error;
      // A rate that is too high for an arm is a result of the sweep, not the end of the comparison.
      emit({ kind: "warning", text: `${describe(job, target.folds)}: ${error.message}` });
      return { step: 0, validation: -1, curve: [], diverged: true, ...open.missed(split) };
    }),
  );
  const result: FineTuningResult = { training, run: { seed, fold, learningRate, ...scores, seconds } };
  await writeJson(own, JOB_RESULT, result); // last: where it is there, the job is done
  await own.remove(RUN_FOLDER.times);
  await own.remove(checkpointPath(TRANSFER_STAGE)); // there are hundreds, each of several times the network's size
  meter.took(target.name, seconds);
}

/** "domains on spine, 5 labeled, rate 0.001, seed 1, fold 2 of 5" */
function describe({ arm, target, size, learningRate, seed, fold }: FineTuning, folds: number): string {
  const labeled = size.isAll ? `all ${size.labeled}` : size.labeled;
  const round = folds > 1 ? `, fold ${fold + 1} of ${folds}` : "";
  return `${arm} on ${target}, ${labeled} labeled, rate ${learningRate}, seed ${seed}${round}`;
}
