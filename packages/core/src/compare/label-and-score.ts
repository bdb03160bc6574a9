import { openSingleAtlas } from "../baselines/open-single-atlas.ts";
import { createAffineOnly } from "../baselines/single-atlas.ts";
import type { MethodCases } from "../evaluate/summary.ts";
import { readLabelMap } from "../io/read-scan.ts";
import type { ScanAligner } from "../prepare/align-scan.ts";
import { caseOf, type Plan } from "../prepare/plan.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import { ARMS, type ArmName } from "../run/arms.ts";
import type { RunContext } from "../run/context.ts";
import { stepMeter } from "../run/progress.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { subfolder } from "../run/store.ts";
import { comparePair } from "../score/compare-pair.ts";
import { labelScans, predictionPath } from "../segment/label-scans.ts";
import type { Labeler } from "../segment/labeler.ts";
import { createSegmenter, segmenterOptions } from "../segment/predict.ts";
import { type ArmWeights, choseOthers } from "./train-arm.ts";

/** Folder of the label maps that an arm's scores rest on, below `predictions/`. */
export const HEADLINE = "final";
/** The same with the weights that the validation labels chose. */
export const CHOSEN = "chosen-by-validation";

/** Labels every test scan with what the arm trained; label maps that are there stay. */
export async function labelArm(
  context: RunContext,
  prepared: PreparedSet,
  arm: ArmName,
  weights: ArmWeights | undefined,
): Promise<void> {
  const { manifest, store } = context;
  const { plan, labels } = prepared;
  const labelers = await openLabelers(context, prepared, arm, weights);
  await labelScans({
    ...{ ...context, plan, labels, labelers, aligner: plannedAligner(plan), scans: manifest.test },
    ...{ output: subfolder(store, RUN_FOLDER.predictions), existing: "keep" },
  });
  for (const labeler of Object.values(labelers)) await labeler.dispose();
}

/** Every test scan was aligned once, for all arms. */
function plannedAligner(plan: Plan): ScanAligner {
  return { align: async (_, id) => caseOf(plan, id).alignment, dispose: async () => {} };
}

async function openLabelers(
  context: RunContext,
  prepared: PreparedSet,
  arm: ArmName,
  weights: ArmWeights | undefined,
): Promise<Readonly<Record<string, Labeler>>> {
  const { config } = context;
  const { atlases, labels, extents } = prepared;
  const classes = labels.length + 1;
  if (ARMS[arm].labeler === "affine") return { [HEADLINE]: createAffineOnly(atlases, classes) };
  if (weights === undefined) return { [HEADLINE]: await openSingleAtlas(context, prepared) };
  const { last, chosen } = weights;
  const options = segmenterOptions(config, prepared);
  const segmenter = (one: typeof last): Promise<Labeler> =>
    createSegmenter(config.segment, classes, one, extents, options);
  return {
    [HEADLINE]: await segmenter(last),
    ...(chosen !== undefined && choseOthers(weights, config) ? { [CHOSEN]: await segmenter(chosen.weights) } : {}),
  };
}

/**
 * Scores label maps of the test scans that have true labels, each on its own grid: the only place where a label of a
 * test scan is used.
 * @param labels label values to score: those of the one atlas, for every arm alike
 */
export async function scoreArm(
  { manifest, store, signal, emit, readFile }: RunContext,
  folder: string,
  labels: readonly number[],
): Promise<MethodCases["cases"]> {
  const scans = manifest.test.flatMap(({ id, labels: truth }) => (truth === undefined ? [] : [{ id, truth }]));
  const read = async (path: string): Promise<Uint8Array> => (await store.read(path)) ?? new Uint8Array();
  const meter = stepMeter("evaluate", scans.length);
  const cases: MethodCases["cases"][number][] = [];
  for (const [index, { id, truth }] of scans.entries()) {
    signal.throwIfAborted();
    const prediction = await readLabelMap(read, `${RUN_FOLDER.predictions}/${predictionPath(folder, id)}`);
    const pair = { id, prediction, truth: await readLabelMap(readFile, truth), labels };
    cases.push({ id, metrics: comparePair(pair) });
    emit(meter(index + 1));
  }
  return cases;
}
