import { createRandom } from "@voxelsmith/engine";
import { learnsTransforms, METHODS, methodsOf } from "../baselines/label-test-scans.ts";
import type { MethodCases } from "../evaluate/summary.ts";
import { type LabeledScan, scansFigure } from "../figures/run-figures.ts";
import { readLabelMap, readScan } from "../io/read-scan.ts";
import { openPrepared } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import type { RunResult } from "../run/finish-run.ts";
import { stepMeter } from "../run/progress.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";
import { predictionPath } from "../segment/label-scans.ts";
import { createSpatialModel } from "../spatial/apply.ts";
import { measureFolding } from "../spatial/measure-folding.ts";
import { loadSpatialWeights } from "../spatial/weights.ts";
import type { LabelMap } from "../volume/volume.ts";
import { comparePair } from "./compare-pair.ts";
import { resultOf, writeReport } from "./result.ts";

/**
 * Scores the label maps of the test scans, each on its own grid: the first time that a label of a test scan is
 * used. Writes `evaluation/`; also how much the learned fields fold.
 */
export async function evaluateRun(context: RunContext): Promise<RunResult> {
  const { manifest, store, config, signal, emit, readFile } = context;
  context.emit({ kind: "stage", stage: "evaluate", title: "Evaluate" });
  if (learnsTransforms(manifest)) await writeFolding(context);
  const labeled = manifest.test.flatMap(({ id, labels }) => (labels === undefined ? [] : [{ id, labels }]));
  if (labeled.length === 0) return { scores: [], table: "No test scan has labels, so nothing was scored." };

  const { labels } = await openPrepared(context);
  const meter = stepMeter("evaluate", labeled.length);
  const methods = methodsOf(manifest).map((method) => ({ method, cases: [] as MethodCases["cases"][number][] }));
  for (const [index, { id, labels: truthPath }] of labeled.entries()) {
    signal.throwIfAborted();
    const truth = await readLabelMap(readFile, truthPath);
    for (const { method, cases } of methods) {
      const prediction = await readPrediction(store, method, id);
      cases.push({ id, metrics: comparePair({ id, prediction, truth, labels }) });
    }
    emit(meter(index + 1));
  }
  await drawTestScans(context, labeled.slice(0, PICTURED), labels);
  const random = createRandom(config.seed, "bootstrap");
  await writeReport(store, RUN_FOLDER.evaluation, methods, manifest.labels, random.uniform);
  return resultOf(methods, manifest.labels, createRandom(config.seed, "bootstrap").uniform);
}

/** Test scans in the figure. */
const PICTURED = 8;

/** `evaluation/overview.png`: a column for each scan; rows: true labels, segmenter, SAS. */
async function drawTestScans(
  { store, manifest, readFile }: RunContext,
  cases: readonly { readonly id: string; readonly labels: string }[],
  labels: readonly number[],
): Promise<void> {
  const images = new Map(manifest.test.map(({ id, image }) => [id, image]));
  const scans: LabeledScan[] = [];
  for (const { id, labels: truth } of cases) {
    const { volume } = await readScan(readFile, images.get(id) ?? id);
    const predictions = methodsOf(manifest)
      .filter((method) => method !== METHODS.affine)
      .map((method) => readPrediction(store, method, id));
    scans.push({ volume, labelMaps: [await readLabelMap(readFile, truth), ...(await Promise.all(predictions))] });
  }
  await store.write(`${RUN_FOLDER.evaluation}/overview.png`, scansFigure(scans, labels));
}

function readPrediction(store: Store, method: string, id: string): Promise<LabelMap> {
  const path = `${RUN_FOLDER.predictions}/${predictionPath(method, id)}`;
  return readLabelMap(async () => (await store.read(path)) ?? new Uint8Array(), path);
}

async function writeFolding(context: RunContext): Promise<void> {
  const { config, store } = context;
  const prepared = await openPrepared(context);
  const weights = await loadSpatialWeights(store, config.spatial);
  const options = { device: config.device, threads: config.threads };
  const spatial = await createSpatialModel(config.spatial, weights, prepared.extents, options);
  const subjects = await measureFolding(prepared, spatial);
  await spatial.dispose();
  const values = Object.values(subjects);
  const meanFoldedFraction = values.reduce((sum, value) => sum + value, 0) / values.length;
  const text = `${JSON.stringify({ meanFoldedFraction, subjects }, null, 2)}\n`;
  await store.write(`${RUN_FOLDER.evaluation}/folding.json`, new TextEncoder().encode(text));
}
