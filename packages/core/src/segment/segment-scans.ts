import type { ReadFile } from "../io/read-scan.ts";
import { createScanAligner } from "../prepare/align-scan.ts";
import { openPrepared } from "../prepare/prepared-set.ts";
import type { RunConfig } from "../run/config.ts";
import type { StageHooks } from "../run/progress.ts";
import { readRun } from "../run/read-run.ts";
import type { Store } from "../run/store.ts";
import { labelScans } from "./label-scans.ts";
import { loadSegmenterWeights } from "./model.ts";
import { createSegmenter } from "./predict.ts";

/** Scans to segment with the model of a run. */
export interface SegmentRequest extends StageHooks {
  /** The run folder; nothing else is needed. */
  readonly model: Store;
  readonly scans: readonly { readonly id: string; readonly image: string }[];
  readonly output: Store;
  readonly device: RunConfig["device"];
  readonly threads: number;
  readFile: ReadFile;
}

/** Labels scans with a trained segmenter; every label map lies on its scan's own grid. */
export async function segmentScans(request: SegmentRequest): Promise<void> {
  const { model, device, threads } = request;
  const { config, manifest } = await readRun(model);
  const prepared = await openPrepared({ store: model, manifest });
  const { plan, labels, extents, atlases, coverage } = prepared;
  const weights = await loadSegmenterWeights(model, config.segment, labels.length + 1);
  const atlas = { image: atlases[0].image, inside: coverage };
  const aligner = await createScanAligner(plan, atlas, config.prepare, { device, threads });
  const segmenter = await createSegmenter(config.segment, labels.length + 1, weights, extents, { device, threads });
  await labelScans({ ...request, plan, labels, aligner, labelers: { "": segmenter }, existing: "replace" });
  await segmenter.dispose();
  await aligner.dispose();
}
