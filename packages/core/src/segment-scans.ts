import { openSingleAtlas } from "./baselines/open-single-atlas.ts";
import { createAffineOnly } from "./baselines/single-atlas.ts";
import type { ReadFile } from "./io/read-scan.ts";
import { createScanAligner } from "./prepare/align-scan.ts";
import { openPrepared, type PreparedSet } from "./prepare/prepared-set.ts";
import type { RunConfig } from "./run/config.ts";
import type { StageHooks } from "./run/progress.ts";
import { readRun } from "./run/read-run.ts";
import type { Store } from "./run/store.ts";
import { labelScans } from "./segment/label-scans.ts";
import type { Labeler } from "./segment/labeler.ts";
import { loadSegmenterWeights } from "./segment/model.ts";
import { createSegmenter } from "./segment/predict.ts";

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

/** Labels scans with what a run has trained; every label map lies on its scan's own grid. */
export async function segmentScans(request: SegmentRequest): Promise<void> {
  const { model, device, threads } = request;
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
  return createSegmenter(config.segment, classes, weights, extents, config);
}
