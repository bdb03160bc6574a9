import { openSingleAtlas } from "./baselines/open-single-atlas.ts";
import { createAffineOnly } from "./baselines/single-atlas.ts";
import { InputError } from "./errors.ts";
import type { ReadFile } from "./io/read-scan.ts";
import { createScanAligner } from "./prepare/align-scan.ts";
import { openPrepared, type PreparedSet } from "./prepare/prepared-set.ts";
import { PRETRAIN_FOLDER } from "./pretrain/pretrain-folder.ts";
import type { RunConfig } from "./run/config.ts";
import type { StageHooks } from "./run/progress.ts";
import { readRun } from "./run/read-run.ts";
import { runKind } from "./run/run-kind.ts";
import type { Store } from "./run/store.ts";
import { labelScans } from "./segment/label-scans.ts";
import type { Labeler } from "./segment/labeler.ts";
import { loadSegmenterWeights } from "./segment/model.ts";
import { createSegmenter, segmenterOptions } from "./segment/predict.ts";
import { readTransferRun } from "./transfer/transfer-run.ts";
import { assertTask, segmentTransferred } from "./transferred.ts";

/** Scans to segment with the model of a run. */
export interface SegmentRequest extends StageHooks {
  /** The run folder; nothing else is needed. */
  readonly model: Store;
  readonly scans: readonly { readonly id: string; readonly image: string }[];
  readonly output: Store;
  /** The segmenter (default), registration of the atlas (SAS), or affine alignment alone. */
  readonly method?: "segmenter" | "sas" | "affine";
  readonly device: RunConfig["device"];
  readonly threads: number;
  readFile: ReadFile;
}

/**
 * The settings of a run that can label scans.
 * @throws InputError for a folder without a segmenter: a pretrained encoder, a classifier, no run at all
 */
export async function segmentSettings(model: Store): Promise<Pick<RunConfig, "device" | "threads">> {
  switch (await runKind(model)) {
    case "transfer": {
      const { config } = await readTransferRun(model);
      assertTask(model, config, "segmentation");
      return config;
    }
    case "pretrain":
      throw new InputError({
        subject: model.locate("."),
        expected: "a run with a segmenter",
        got: "a pretrained encoder",
        todo: `Fine-tune it first: voxelsmith transfer --from ${model.locate(PRETRAIN_FOLDER.weights)} --task segmentation`,
      });
    case "run":
      return (await readRun(model)).config;
  }
}

/** Labels scans with what a run or a transfer has trained; every label map lies on its scan's own grid. */
export async function segmentScans(request: SegmentRequest): Promise<void> {
  const { model, device, threads } = request;
  if ((await runKind(model)) === "transfer") {
    if (request.method === undefined || request.method === "segmenter") return segmentTransferred(request);
    throw new InputError({
      subject: `method ${request.method}`,
      expected: "segmenter, because a transfer has no atlas",
      got: request.method,
      todo: "Leave it out.",
    });
  }
  const run = await readRun(model);
  const config = { ...run.config, device, threads };
  const prepared = await openPrepared({ store: model, manifest: run.manifest });
  const { plan, labels, atlases, coverage } = prepared;
  const labeler = await openLabeler(request, config, prepared);
  const aligner = await createScanAligner(plan, { image: atlases[0].image, inside: coverage }, config.prepare, config);
  await labelScans({ ...request, plan, labels, aligner, labelers: { "": labeler }, existing: "replace" });
  await labeler.dispose();
  await aligner.dispose();
}

async function openLabeler(
  { method, model }: SegmentRequest,
  config: RunConfig,
  prepared: PreparedSet,
): Promise<Labeler> {
  const { labels, atlases, extents } = prepared;
  const classes = labels.length + 1;
  if (method === "affine") return createAffineOnly(atlases, classes);
  if (method === "sas") return openSingleAtlas({ config, store: model }, prepared);
  const weights = await loadSegmenterWeights(model, config.segment, classes);
  return createSegmenter(config.segment, classes, weights, extents, segmenterOptions(config, prepared));
}
