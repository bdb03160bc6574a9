import { type ComparisonState, goOverJobs, type Jobs } from "./compare/jobs.ts";
import { classCount, type DomainPlan } from "./domains/plan.ts";
import type { PretrainContext } from "./pretrain/context.ts";
import { PRETRAIN_FOLDER, readPlans } from "./pretrain/pretrain-folder.ts";
import { PRETRAIN_STAGE } from "./pretrain/train.ts";
import { beginPretraining, pretrain } from "./pretraining.ts";
import type { EnvironmentRecord } from "./run/environment.ts";
import { checkpointPath, RUN_FOLDER } from "./run/run-folder.ts";
import { type Store, subfolder, writeJson } from "./run/store.ts";
import { timeWork } from "./run/work-time.ts";
import { TRANSFER_ARMS, type TransferArmName } from "./transfer-comparison/arms.ts";
import { collectTransferResults } from "./transfer-comparison/collect-transfer-results.ts";
import { type ComparisonTarget, labeledSizes } from "./transfer-comparison/comparison-target.ts";
import { countJobs } from "./transfer-comparison/count-jobs.ts";
import { chooseRate, readCell, readFineTuning } from "./transfer-comparison/fine-tuning-result.ts";
import { jobMeter } from "./transfer-comparison/job-meter.ts";
import { type Pretraining, pretrainingOf } from "./transfer-comparison/left-out.ts";
import { type OpenTarget, openTarget } from "./transfer-comparison/open-target.ts";
import { type PretrainingResult, readPretrainingResult } from "./transfer-comparison/pretraining-result.ts";
import type { TransferComparisonResults } from "./transfer-comparison/results.ts";
import { type FineTuning, runFineTuning } from "./transfer-comparison/run-fine-tuning.ts";
import { comparedEncoder, pretrainSettings, videoSettings } from "./transfer-comparison/settings.ts";
import { withSharedSources } from "./transfer-comparison/shared-sources.ts";
import type { TransferComparisonContext } from "./transfer-comparison/transfer-comparison-context.ts";
import {
  JOB_RESULT,
  pretrainingFolder,
  runFolder,
  sourcesFolder,
  TRANSFER_COMPARISON_FOLDER,
  targetFolder,
} from "./transfer-comparison/transfer-comparison-folder.ts";
import type { TransferComparison } from "./transfer-comparison/transfer-comparison-record.ts";
import { saveVideoWeights, VIDEO_WEIGHTS } from "./video/save-video-weights.ts";
import { pretrainOnVideo, VIDEO_STAGE } from "./video/train.ts";

/**
 * Does all jobs of a comparison that no other process is at: pretrainings, each once for all targets that leave out the
 * same domains, and fine-tunings. For each cell (arm, target, number of labeled cases) every learning rate is tried
 * with the first seed, the validation score chooses one, and the other seeds take it. What is done is not done again.
 * Where jobs that are left need one that another process has, it waits.
 */
export async function runTransferComparison(context: TransferComparisonContext): Promise<ComparisonState> {
  const { comparison, scope, claim } = context;
  const meter = jobMeter(countJobs(context));
  return goOverJobs({ ...context, claim: (job) => claim(claimName(job)) }, async (jobs) => {
    // In the order in which results are wanted: target by target, few labeled cases first.
    for (const target of comparison.targets) {
      const open = once(() => openComparisonTarget(context, target)); // its cases leave memory with the next target
      const ready: TransferArmName[] = [];
      for (const arm of scope.arms) if (await isPretrained(context, jobs, arm, target)) ready.push(arm);
      if (ready.length < scope.arms.length) jobs.block();
      for (const size of labeledSizes(target, scope.labeled, comparison.settings.seed).sizes) {
        for (const arm of ready) {
          const tune = async (job: FineTuning): Promise<void> =>
            runFineTuning(context, job, target, await open(), meter);
          await runCell(context, jobs, { target: target.name, arm, size }, target.folds, tune);
        }
      }
    }
  });
}

/** Pretrains an arm for a target unless that is done, or needs nothing; false where another process is at it. */
async function isPretrained(
  context: TransferComparisonContext,
  jobs: Jobs,
  arm: TransferArmName,
  target: ComparisonTarget,
): Promise<boolean> {
  const pretraining = pretrainingOf(arm, target.name, context.comparison);
  if (pretraining === undefined) return true;
  const isDone = async (): Promise<boolean> => (await readPretrainingResult(context.store, pretraining)) !== undefined;
  const job = pretrainingFolder(arm, pretraining.leftOut);
  return jobs.inTurn(job, isDone, () => pretrainArm(context, pretraining));
}

/** The sweep, then the chosen rate with the other seeds. */
async function runCell(
  { comparison, scope, store }: TransferComparisonContext,
  jobs: Jobs,
  cell: Pick<FineTuning, "target" | "arm" | "size">,
  folds: number,
  tune: (job: FineTuning) => Promise<void>,
): Promise<void> {
  const { rates, settings } = comparison;
  const runAll = async (seed: number, tried: readonly number[]): Promise<void> => {
    for (let fold = 0; fold < folds; fold++) {
      for (const learningRate of tried) {
        const job: FineTuning = { ...cell, seed, fold, learningRate };
        const isDone = async (): Promise<boolean> => (await readFineTuning(store, job)) !== undefined;
        await jobs.inTurn(runFolder(job), isDone, () => tune(job));
      }
    }
  };
  await runAll(settings.seed, rates);
  if (scope.seeds === 1) return;
  const runs = (await readCell(store, cell)).map(({ run }) => run);
  const chosen = chooseRate(runs, { rates, seed: settings.seed, folds });
  if (chosen === undefined) jobs.block();
  else for (let other = 1; other < scope.seeds; other++) await runAll(settings.seed + other, [chosen]);
}

/** Pretrains an arm without some domains; its folder's result, written last, says that it is done. */
async function pretrainArm(context: TransferComparisonContext, { arm, leftOut }: Pretraining): Promise<void> {
  const { source, title } = TRANSFER_ARMS[arm];
  const without = leftOut.map((name) => `without ${name}`);
  context.emit({ kind: "stage", stage: "pretraining", title: [title, ...without].join(", ") });
  const own = subfolder(context.store, pretrainingFolder(arm, leftOut));
  const stage = source === undefined ? VIDEO_STAGE : PRETRAIN_STAGE;
  const { value, seconds } = await timeWork(own, stage, (timed) =>
    source === undefined ? pretrainOnClips(context, timed) : pretrainOnDomains(context, timed, arm, leftOut),
  );
  const { steps, scores, ...rest } = value;
  const result: PretrainingResult = { arm, pretraining: { leftOut, steps, seconds, scores }, ...rest };
  await writeJson(own, JOB_RESULT, result);
  await own.remove(RUN_FOLDER.times); // else a pretraining that is done anew would count this one, too
  await own.remove(checkpointPath(stage));
}

type Learned = Pick<PretrainingResult, "weights" | "domains"> &
  Pick<PretrainingResult["pretraining"], "steps" | "scores">;

async function pretrainOnClips(
  { comparison, signal, emit }: TransferComparisonContext,
  store: Store,
): Promise<Learned> {
  const { settings } = comparison;
  const video = { config: videoSettings(settings), encoder: comparedEncoder(settings), store, signal, emit };
  const learned = await pretrainOnVideo(video);
  await saveVideoWeights(video, learned);
  return { weights: VIDEO_WEIGHTS, domains: [], steps: video.config.steps, scores: { ...learned.scores } };
}

async function pretrainOnDomains(
  context: TransferComparisonContext,
  own: Store,
  arm: TransferArmName,
  leftOut: readonly string[],
): Promise<Learned> {
  const { comparison, store, environment } = context;
  const { source = "none" } = TRANSFER_ARMS[arm];
  const pretraining: PretrainContext = {
    ...context,
    config: pretrainSettings(comparison.settings, source),
    domains: comparison.domains.filter(({ name }) => !leftOut.includes(name)),
    store: source === "none" ? own : withSharedSources(own, subfolder(store, sourcesFolder(arm))),
  };
  if ((await own.read(PRETRAIN_FOLDER.config)) === undefined) await beginPretraining(pretraining, environment);
  const { steps, domains, weights } = await pretrain(pretraining);
  const scores = Object.fromEntries(domains.flatMap(({ name, dice }) => (dice === null ? [] : [[name, dice]])));
  const plans = await readPlans(pretraining);
  const described = plans.map((plan, index) => describeDomain(plan, pretraining.domains[index], source));
  return { weights, domains: described, steps, scores };
}

function describeDomain(
  plan: DomainPlan,
  { manifest }: PretrainContext["domains"][number],
  source: PretrainContext["config"]["synthesize"],
): TransferComparisonResults["domains"][number] {
  const { name, training, spacingMm } = plan;
  const hasAtlas = source === "independent" || source === "rand-aug";
  const atlas = hasAtlas ? manifest.atlases.find(({ id }) => training.includes(id))?.id : undefined;
  const domain = { name, classes: classCount(plan) - 1, training: training.length, spacingMm };
  return atlas === undefined ? domain : { ...domain, atlas };
}

/** Pretrainings of one arm share the runs that make their examples: one process at a time. */
function claimName(job: string): string {
  const [folder, arm] = job.split("/");
  if (folder !== TRANSFER_COMPARISON_FOLDER.pretrain) return job;
  const { source } = TRANSFER_ARMS[arm as TransferArmName];
  return source === undefined || source === "none" ? job : `${folder}/${arm}`;
}

function openComparisonTarget(context: TransferComparisonContext, target: ComparisonTarget): Promise<OpenTarget> {
  const { settings } = context.comparison;
  const { patch, validationCases } = settings.transfer;
  const { store, readFile, signal, emit } = context;
  return openTarget({
    ...{ target, store: subfolder(store, targetFolder(target.name)), readFile, signal, emit },
    ...{ encoder: comparedEncoder(settings), patch, validationCases, seed: settings.seed },
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a comparison tells the person who asked for it. */
export interface TransferComparisonAnswer {
  /** Path of the report in the comparison's folder. */
  readonly page: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Writes what is done so far: `report/results.json`. */
export async function writeTransferComparison(
  store: Store,
  comparison: TransferComparison,
  environment: EnvironmentRecord,
): Promise<TransferComparisonAnswer> {
  const results = await collectTransferResults(store, comparison, environment);
  // Imported here: charts and distributions take a third of a second to load, which every other command would pay.
  const { transferCsv, transferReport, transferStatistics, transferTable, transferValue } = await import(
    "./transfer-report/report-parts.ts"
  );
  const text = (path: string, content: string): Promise<void> => store.write(path, new TextEncoder().encode(content));
  const { reportJson, reportCsv, reportPage } = TRANSFER_COMPARISON_FOLDER;
  await writeJson(store, reportJson, results);
  await text(reportCsv, transferCsv(results));
  const statistics = transferStatistics(results, comparison.settings.seed);
  await text(reportPage, transferReport(results, statistics));
  return { page: reportPage, text: transferTable(results, statistics), value: transferValue(results, statistics) };
}
