import { z } from "zod";
import { classCount, type DomainPlan, domainPlanSchema } from "./domains/plan.ts";
import { type LabeledVolume, prepareCase, undoCase } from "./domains/prepare-case.ts";
import { InputError } from "./errors.ts";
import { writeNifti } from "./io/nifti-write.ts";
import { type ReadFile, readScan } from "./io/read-scan.ts";
import { type StageHooks, stepMeter } from "./run/progress.ts";
import { RUN_FOLDER } from "./run/run-folder.ts";
import { runKind } from "./run/run-kind.ts";
import type { Store } from "./run/store.ts";
import { predictionPath } from "./segment/label-scans.ts";
import type { ClassifiedImage } from "./transfer/classification-report.ts";
import type { TransferConfig } from "./transfer/config.ts";
import { cutMiddle } from "./transfer/cube.ts";
import { createTransferSegmenter } from "./transfer/fine-tune-segmentation.ts";
import { cubeReader } from "./transfer/load-cubes.ts";
import { createPredictor, TRANSFER_MODEL } from "./transfer/transfer-model.ts";
import { loadTransferModel, planOfTransfer, readTransferRun } from "./transfer/transfer-run.ts";
import { assertThick } from "./volume/assert-thick.ts";

/** New images for the model of a finished transfer. */
export interface TransferredRequest extends StageHooks {
  /** The run folder; nothing else is needed. */
  readonly model: Store;
  readonly scans: readonly { readonly id: string; readonly image: string }[];
  readonly device: TransferConfig["device"];
  readonly threads: number;
  readFile: ReadFile;
}

/** Labels scans with the model of a transfer for segmentation; every label map lies on its scan's own grid. */
export async function segmentTransferred(request: TransferredRequest & { readonly output: Store }): Promise<void> {
  const { model, device, threads, signal } = request;
  const { config: stored } = await readTransferRun(model);
  assertTask(model, stored, "segmentation");
  const config = { ...stored, device, threads };
  const { preparation: plan, patch } = await planOfTransfer(model, domainPlanSchema);
  const classes = classCount(plan);
  const { encoder, weights } = await loadTransferModel(model, { config, classes, patch });
  const segmenter = await createTransferSegmenter({ encoder, config, classes, patch });
  try {
    const label: PredictCase = (prepared) => segmenter.probabilities(weights, prepared, signal);
    await labelTransferred({ ...request, plan, label, existing: "replace" });
  } finally {
    await segmenter.dispose();
  }
}

/** Probabilities `[classes, D, H, W]` of a prepared case. */
export type PredictCase = (prepared: LabeledVolume) => Promise<Float32Array>;

/** Label maps of scans, each on its own grid and with its header. */
export async function labelTransferred(
  request: Pick<TransferredRequest, "scans" | "readFile" | "signal" | "emit"> & {
    readonly plan: DomainPlan;
    readonly label: PredictCase;
    readonly output: Store;
    /** What happens to label maps that are there: a transfer that goes on keeps its own, a new command replaces any. */
    readonly existing: "keep" | "replace";
  },
): Promise<void> {
  const { scans, readFile, signal, emit, plan, label, output, existing } = request;
  const meter = stepMeter("segment", scans.length);
  for (const [index, { id, image }] of scans.entries()) {
    signal.throwIfAborted();
    const path = predictionPath("", id);
    if (existing === "replace" || (await output.read(path)) === undefined) {
      const { volume, header } = await readScan(readFile, image);
      assertThick(volume.dims, image);
      const probabilities = await label(prepareCase(plan, volume));
      await output.write(path, writeNifti(undoCase(plan, probabilities, volume), { like: header }));
    }
    emit(meter(index + 1));
  }
}

/** Classes of new images. */
export interface Classified {
  readonly classes: readonly string[];
  readonly images: readonly ClassifiedImage[];
}

/** The settings of a transfer that tells classes. @throws InputError for any other folder */
export async function classifierSettings(model: Store): Promise<Pick<TransferConfig, "device" | "threads">> {
  const kind = await runKind(model);
  if (kind !== "transfer" && (await model.read(RUN_FOLDER.config)) !== undefined) {
    throw new InputError({
      subject: model.locate("."),
      expected: "a run of `voxelsmith transfer --task classification`",
      got: kind === "pretrain" ? "a pretrained encoder" : "a run that labels voxels",
      todo:
        kind === "pretrain"
          ? `Fine-tune it first: voxelsmith transfer --from ${model.locate(TRANSFER_MODEL.weights)} --task classification`
          : "Use `voxelsmith segment` with it.",
    });
  }
  const { config } = await readTransferRun(model);
  assertTask(model, config, "classification");
  return config;
}

/** What the model of a transfer for classification says of new images. */
export async function classifyTransferred(request: TransferredRequest): Promise<Classified> {
  const { model, scans, device, threads, readFile, signal, emit } = request;
  const { config, manifest } = await readTransferRun(model);
  assertTask(model, config, "classification");
  const classes = manifest.task === "classification" ? manifest.classes : [];
  const { patch } = await planOfTransfer(model, z.string());
  const { network, weights } = await loadTransferModel(model, { config, classes: classes.length, patch });
  const predictor = await createPredictor(network, patch, { device, threads });
  try {
    const read = cubeReader(readFile);
    const images: ClassifiedImage[] = [];
    const meter = stepMeter("classify", scans.length);
    for (const [index, { id, image }] of scans.entries()) {
      signal.throwIfAborted();
      const cut = cutMiddle(await read(image), patch);
      images.push({ id, probabilities: [...(await predictor.probabilities(weights, cut))] });
      emit(meter(index + 1));
    }
    return { classes, images };
  } finally {
    await predictor.dispose();
  }
}

/** @throws InputError where a model answers another question than is asked */
export function assertTask(model: Store, { task }: Pick<TransferConfig, "task">, wanted: TransferConfig["task"]): void {
  if (task === wanted) return;
  const isClassifier = task === "classification";
  throw new InputError({
    subject: model.locate("."),
    expected: isClassifier ? "a model that labels voxels" : "a model that tells classes of images",
    got: isClassifier ? "one that tells the class of a whole image" : "one that labels voxels",
    todo: `Use \`voxelsmith ${isClassifier ? "classify" : "segment"}\` with it.`,
  });
}
