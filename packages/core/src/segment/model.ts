import { emitModel, encodeModel, encodeSafetensors, type Weights } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { readWeights } from "../run/read-weights.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";
import type { Affine } from "../volume/affine.ts";
import { axisCodes } from "../volume/orientation.ts";
import type { SegmentConfig } from "./config.ts";
import { segmenterParameters } from "./graph.ts";
import { segmenterGraph, windowExtents } from "./predict.ts";

const WEIGHTS = `${RUN_FOLDER.segmenter}/model.safetensors`;
const ONNX = `${RUN_FOLDER.segmenter}/model.onnx`;

/** Writes the trained segmenter, as weights and as ONNX that runs anywhere, with what is needed to use it. */
export async function saveSegmenter(
  { store, config, manifest }: RunContext,
  prepared: PreparedSet,
  weights: Weights,
): Promise<void> {
  const { reference, normalization } = prepared.plan;
  const names = Object.fromEntries([
    [0, "background"],
    ...prepared.labels.map((label) => [label, manifest.labels[label] ?? ""]),
  ]);
  const window = windowExtents(config.segment, prepared.extents);
  const metadata = {
    model: "voxelsmith segmenter",
    labels: JSON.stringify([0, ...prepared.labels]),
    labelNames: JSON.stringify(names),
    spacingMm: JSON.stringify(reference.spacingMm),
    axes: `input [1, 1, k, j, i], ${describeAxes(reference.affine)}; output probabilities [1, classes, k, j, i]`,
    grid: JSON.stringify(prepared.extents), // larger than the input where the network was trained on patches
    normalization: JSON.stringify(normalization),
    config: JSON.stringify(config.segment),
  };
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const graph = segmenterGraph(config.segment, prepared.labels.length + 1, window, prepared.mirroring.classes);
  await store.write(ONNX, encodeModel(emitModel(graph, { target: "cpu", fixed, metadata })));
  await store.write(WEIGHTS, encodeSafetensors(weights, metadata)); // last: where they are there, the stage is done
}

/** "i to the right, j to the front, k up (RAS)"; other axes for slices that lie across another one. */
function describeAxes(affine: Affine): string {
  const words: Readonly<Record<string, string>> = { R: "to the right", A: "to the front", S: "up" };
  const codes = axisCodes(affine);
  return `${["i", "j", "k"].map((axis, n) => `${axis} ${words[codes[n]]}`).join(", ")} (${codes})`;
}

/** Whether the segmenter is trained. */
export async function hasSegmenter(store: Store): Promise<boolean> {
  return (await store.read(WEIGHTS)) !== undefined;
}

/**
 * The trained weights; `classes` counts the background.
 * @throws InputError where the segmenter is not trained, or the file is damaged or of another network
 */
export async function loadSegmenterWeights(store: Store, config: SegmentConfig, classes: number): Promise<Weights> {
  const weights = await readWeights(store, WEIGHTS, segmenterParameters(config, classes));
  if (weights !== undefined) return weights;
  throw new InputError({
    subject: store.locate(WEIGHTS),
    expected: "a trained segmenter",
    got: "no such file",
    todo: "Run `voxelsmith train` first, or `run --resume`.",
  });
}
