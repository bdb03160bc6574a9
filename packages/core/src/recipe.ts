import { trainAppearance } from "./appearance/train.ts";
import { findAppearanceWeights } from "./appearance/weights.ts";
import { labelTestScans, learnsTransforms } from "./baselines/label-test-scans.ts";
import { trainOnExamples } from "./examples/train-on-examples.ts";
import { checkInputs } from "./prepare/check-inputs.ts";
import { prepareRun } from "./prepare/prepare-run.ts";
import { openPrepared } from "./prepare/prepared-set.ts";
import type { RunContext } from "./run/context.ts";
import { type RunResult, writeRunReadme } from "./run/finish-run.ts";
import { timeWork } from "./run/work-time.ts";
import { evaluateRun } from "./score/evaluate-run.ts";
import { hasSegmenter, saveSegmenter } from "./segment/model.ts";
import { createSpatialModel } from "./spatial/apply.ts";
import { trainSpatial } from "./spatial/train.ts";
import { findSpatialWeights, loadSpatialWeights } from "./spatial/weights.ts";
import { drawExample, settingsOnScans } from "./synthesize/draw.ts";
import { openSynthesizer } from "./synthesize/open.ts";
import { OVERVIEW_PATH, writeExamples } from "./synthesize/write-examples.ts";

/**
 * The whole method, one stage a line; each stage's result is a folder of the run, and a stage whose result is there is
 * not done again. No label but the atlases' is used by any of them before `evaluate`; `prepare` only looks whether the
 * other label maps can be read.
 */
export async function runRecipe(context: RunContext): Promise<RunResult> {
  const { value: result, seconds } = await timeWork(context.store, "run", (store) => runStages({ ...context, store }));
  await writeRunReadme(context, result, seconds);
  return result;
}

async function runStages(context: RunContext): Promise<RunResult> {
  await prepare(context);
  await register(context);
  await synthesize(context);
  await train(context);
  await labelTestScans(context, await openPrepared(context));
  return evaluateRun(context);
}

/** Raw scans to one grid and one intensity range: `plan.json` and `prepared/`. */
export async function prepare(context: RunContext): Promise<void> {
  context.emit({ kind: "stage", stage: "prepare", title: "Prepare: align, resample, normalize" });
  await checkInputs(context);
  await prepareRun(context);
}

/** How anatomy and intensities vary: `spatial/` and `appearance/`. */
export async function register(context: RunContext): Promise<void> {
  const { config, store } = context;
  if (!learnsTransforms(context.manifest)) return;
  const prepared = await openPrepared(context);
  if ((await findSpatialWeights(store, config.spatial)) === undefined) {
    context.emit({ kind: "stage", stage: "spatial", title: "Spatial model: how anatomy varies" });
    await trainSpatial(context, prepared);
  }
  if ((await findAppearanceWeights(store, config.appearance)) === undefined) {
    context.emit({ kind: "stage", stage: "appearance", title: "Appearance model: how intensities vary" });
    const weights = await loadSpatialWeights(store, config.spatial);
    const options = { device: config.device, threads: config.threads };
    const spatial = await createSpatialModel(config.spatial, weights, prepared.extents, options);
    await trainAppearance(context, prepared, spatial);
    await spatial.dispose();
  }
}

/** A few labeled examples for people to look at: `examples/`. Training makes its own, on the fly. */
export async function synthesize(context: RunContext): Promise<void> {
  const { config, store } = context;
  if (config.synthesize.examples === 0 || (await store.read(OVERVIEW_PATH)) !== undefined) return;
  context.emit({ kind: "stage", stage: "synthesize", title: "Synthesize: examples to look at" });
  const prepared = await openPrepared(context);
  const synthesizer = await openSynthesizer(context, prepared);
  const targets = { atlases: prepared.atlases.map(({ id }) => id), subjects: prepared.subjects };
  const settings = settingsOnScans(config.synthesize, prepared.mirroring);
  const draws = Array.from({ length: settings.examples }, (_, index) =>
    drawExample(settings, targets, { seed: config.seed, stream: "examples", index }),
  );
  await writeExamples(context, prepared, synthesizer, draws);
  await synthesizer.dispose();
}

/** The segmenter, on synthesized examples alone: `segmenter/`. */
export async function train(context: RunContext): Promise<void> {
  if (await hasSegmenter(context.store)) return;
  context.emit({ kind: "stage", stage: "segmenter", title: "Segmenter: trained on synthesized examples" });
  const prepared = await openPrepared(context);
  const { best, last } = await trainOnExamples(context, prepared);
  await saveSegmenter(context, prepared, best?.weights ?? last);
}
