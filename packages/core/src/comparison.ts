import { createRandom } from "@voxelsmith/engine";
import { findAppearanceWeights } from "./appearance/weights.ts";
import { armManifest, type ComparisonData } from "./compare/arm-manifest.ts";
import { readArmRun } from "./compare/arm-run.ts";
import { armSettings, inJobOrder, needsModels, needsSharedModels } from "./compare/arm-settings.ts";
import { type CollectRequest, collectResults } from "./compare/collect-results.ts";
import { ARM_RESULT, armFolder, COMPARISON_FOLDER, modelsFolder } from "./compare/comparison-folder.ts";
import { drawExamples, drawFields, drawScans } from "./compare/draw-pictures.ts";
import { type Claims, type ComparisonState, goOverJobs } from "./compare/jobs.ts";
import { CHOSEN, HEADLINE, labelArm, scoreArm } from "./compare/label-and-score.ts";
import type { ArmRun, ComparisonPictures, ComparisonResults } from "./compare/results.ts";
import { type ArmWeights, choseOthers, learningCurve, readTraining, trainArm } from "./compare/train-arm.ts";
import { alignHeldOutScans } from "./compare/validation-scans.ts";
import { InputError } from "./errors.ts";
import { preparedImagePath, preparedLabelsPath } from "./prepare/prepare-run.ts";
import { openPrepared } from "./prepare/prepared-set.ts";
import { prepare, register } from "./recipe.ts";
import { ARM_NAMES, ARMS, type ArmName } from "./run/arms.ts";
import type { RunContext } from "./run/context.ts";
import { layeredStore } from "./run/layered-store.ts";
import { RUN_FOLDER } from "./run/run-folder.ts";
import { type Store, subfolder, writeJson } from "./run/store.ts";

/** What a comparison is given. */
export interface ComparisonRequest extends Omit<RunContext, "manifest">, Claims {
  readonly data: ComparisonData;
  /** Arms to run. */
  readonly arms: readonly ArmName[];
  readonly seeds: readonly number[];
}

/**
 * Trains, labels and scores every arm with every seed; arms that are done are not done again. What the arms share is
 * made once: prepared scans, and the models of each seed. Each arm is a run folder of its own on top of those, which
 * sees the labels of its own atlases and of no other training scan. While another process makes the models, arms that
 * need none are run.
 */
export async function runArms(request: ComparisonRequest): Promise<ComparisonState> {
  const { seeds, store } = request;
  const arms = inJobOrder(request.arms);
  const shared = contextOf(request, "independent", seeds[0], sharedStore(store));
  const isPrepared = async (): Promise<boolean> => (await shared.store.read(PREPARED)) !== undefined;
  return goOverJobs(request, async (jobs) => {
    if (!(await jobs.inTurn(COMPARISON_FOLDER.shared, isPrepared, () => prepareShared(shared)))) return jobs.block();
    for (const seed of seeds) {
      const models = contextOf(request, "independent", seed, modelsStore(store, seed));
      const hasModels = async (): Promise<boolean> =>
        (await findAppearanceWeights(models.store, models.config.appearance)) !== undefined;
      const areThere =
        !arms.some(needsSharedModels) || (await jobs.inTurn(modelsFolder(seed), hasModels, () => register(models)));
      if (!areThere) jobs.block();
      for (const arm of arms) {
        if (!areThere && needsSharedModels(arm)) continue;
        const below = needsSharedModels(arm) ? models.store : shared.store;
        const context = contextOf(request, arm, seed, layeredStore(subfolder(store, armFolder(arm, seed)), below));
        const isDone = async (): Promise<boolean> => (await readArmRun(store, arm, seed)) !== undefined;
        await jobs.inTurn(armFolder(arm, seed), isDone, () => runArm(context, shared, arm));
      }
    }
  });
}

/** The scores of all arms that are done, and pictures of the first seed. */
async function gatherResults(
  request: ComparisonRequest,
  about: ComparisonAbout,
): Promise<{ readonly results: ComparisonResults; readonly pictures: ComparisonPictures }> {
  const { data, store, config } = request;
  const runs = await finishedRuns(store);
  const seed = Math.min(...runs.map(({ run }) => run.seed));
  const shared = contextOf(request, "independent", seed, sharedStore(store));
  const { labels } = await openPrepared(shared);
  const scans: ComparisonPictures["scans"][number][] = [];
  for (const { arm, run } of runs) {
    if (run.seed !== seed) continue;
    const context = contextOf(request, arm, seed, subfolder(store, armFolder(arm, seed)));
    scans.push({ arm, ...(await drawScans(context, run, labels)) });
  }
  const results = await collectResults({ ...about, data, config, runs, scored: labels, readFile: request.readFile });
  const models = contextOf(request, "independent", seed, modelsStore(store, seed));
  if ((await findAppearanceWeights(models.store, config.appearance)) === undefined)
    return { results, pictures: { scans } };
  const prepared = await openPrepared(models);
  const [examples, fields] = [await drawExamples(models, prepared), await drawFields(models, prepared)];
  return { results, pictures: { scans, examples, fields } };
}

/** What the caller of a report knows: why this atlas, where it was computed, and what to keep in mind. */
export type ComparisonAbout = Pick<CollectRequest, "atlas" | "notes" | "environment">;

/** What a finished comparison tells the person who asked for it. */
export interface ComparisonAnswer {
  /** Path of the report in the comparison's folder. */
  readonly page: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Writes the report of all arms that are done, its pictures, and its data as JSON and CSV: `report/`. */
export async function writeComparison(request: ComparisonRequest, about: ComparisonAbout): Promise<ComparisonAnswer> {
  const { results, pictures } = await gatherResults(request, about);
  const { store, config } = request;
  // Imported here: charts and distributions take a third of a second to load, which every other command would pay.
  const { comparisonCsv, comparisonReport, comparisonStatistics, comparisonTable, comparisonValue } = await import(
    "./comparison-report/report-parts.ts"
  );
  const text = (path: string, content: string): Promise<void> => store.write(path, new TextEncoder().encode(content));
  await writeJson(store, COMPARISON_FOLDER.reportJson, results);
  await text(COMPARISON_FOLDER.reportCsv, comparisonCsv(results));
  const statistics = comparisonStatistics(results, createRandom(config.seed, "comparison-report").uniform);
  await text(COMPARISON_FOLDER.reportPage, comparisonReport(results, pictures, statistics));
  return { page: COMPARISON_FOLDER.reportPage, text: comparisonTable(statistics), value: comparisonValue(statistics) };
}

/** Every arm that is done, seed by seed. @throws InputError where there is none to report on */
async function finishedRuns(store: Store): Promise<CollectRequest["runs"]> {
  const runs: CollectRequest["runs"][number][] = [];
  const seeds = await seedsIn(store);
  for (const arm of ARM_NAMES) {
    for (const seed of seeds) {
      const run = await readArmRun(store, arm, seed);
      if (run !== undefined) runs.push({ arm, run });
    }
  }
  if (runs.length > 0) return runs;
  throw new InputError({
    subject: store.locate("."),
    expected: "a comparison with at least one arm done",
    got: "one without",
    todo: "Go on with it: voxelsmith compare --resume.",
  });
}

/** Seeds with which any arm was begun, rising: a report shows all that is there. */
async function seedsIn(store: Store): Promise<readonly number[]> {
  const found = (await store.list("arms")).map((path) => /\/seed-(\d+)\//.exec(path)?.[1]);
  return [...new Set(found.flatMap((seed) => (seed === undefined ? [] : [Number(seed)])))].sort((a, b) => a - b);
}

/** Where the prepared scans lie that all arms share. */
export function sharedStore(store: Store): Store {
  return subfolder(store, COMPARISON_FOLDER.shared);
}

/** The models of one seed, on top of the prepared scans. */
export function modelsStore(store: Store, seed: number): Store {
  return layeredStore(subfolder(store, modelsFolder(seed)), sharedStore(store));
}

/** Written when all scans are prepared and aligned. */
const PREPARED = "ready.json";

async function prepareShared(context: RunContext): Promise<void> {
  await prepare(context);
  await alignHeldOutScans(context, await openPrepared(context));
  await writeJson(context.store, PREPARED, { scans: context.manifest.test.length });
}

/** An arm's run folder: its settings, and the scans whose labels it may use as its atlases. */
function contextOf(request: ComparisonRequest, arm: ArmName, seed: number, store: Store): RunContext {
  const manifest = armManifest(request.data, arm);
  return { ...request, manifest, store, config: armSettings(request.config, arm, seed, manifest.labels) };
}

async function runArm(context: RunContext, shared: RunContext, arm: ArmName): Promise<void> {
  const { store, config, manifest, emit } = context;
  emit({ kind: "stage", stage: "arm", title: `${ARMS[arm].title}, seed ${config.seed}: ${ARMS[arm].meaning}` });
  await writeJson(store, RUN_FOLDER.manifest, manifest);
  await writeJson(store, RUN_FOLDER.config, config);
  await prepare(context); // the labels of its own further atlases; images and alignments are there
  if (needsModels(arm)) await register(context);
  const prepared = await openPrepared(context);
  const weights: ArmWeights | undefined =
    ARMS[arm].labeler === "segmenter" ? await trainArm(context, prepared) : undefined;
  const started = Date.now();
  await labelArm(context, prepared, arm, weights);
  const label = (Date.now() - started) / 1000;

  const { labels } = await openPrepared(shared);
  const cases = await scoreArm(context, HEADLINE, labels);
  const scoreChosen = async (): Promise<ArmRun["cases"]> =>
    weights !== undefined && choseOthers(weights, config) ? scoreArm(context, CHOSEN, labels) : cases;
  const step = weights?.chosen?.step;
  const chosen = step === undefined ? {} : { chosenByValidation: { step, cases: await scoreChosen() } };
  const { seconds: train } = await readTraining(store);
  const curve = await learningCurve(store);
  await copyPreparedAtlases(context);
  const result: ArmRun = { seed: config.seed, cases, ...chosen, curve, seconds: { train, label } };
  await writeJson(store, ARM_RESULT, result); // last: where it is there, the arm is done
}

/** So that the arm's folder is whole and `segment --model` works on it. */
async function copyPreparedAtlases({ store, manifest }: RunContext): Promise<void> {
  for (const { id } of manifest.atlases) {
    for (const path of [preparedImagePath(id), preparedLabelsPath(id)]) {
      const bytes = await store.read(path);
      if (bytes !== undefined) await store.write(path, bytes);
    }
  }
}
