import { createScanAligner } from "../prepare/align-scan.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { subfolder } from "../run/store.ts";
import { labelScans } from "../segment/label-scans.ts";
import { loadSegmenterWeights } from "../segment/model.ts";
import { createSegmenter } from "../segment/predict.ts";
import { createSpatialModel } from "../spatial/apply.ts";
import { loadSpatialWeights } from "../spatial/weights.ts";
import { createAffineOnly, createSingleAtlas } from "./single-atlas.ts";

/** Ways of labeling the test scans that a run compares, by the folder below `predictions/`. */
export const METHODS = { segmenter: "segmenter", sas: "single-atlas", affine: "affine" } as const;

/** Labels the test scans with the segmenter, by registration alone (SAS), and by affine alignment alone. */
export async function labelTestScans(context: RunContext, prepared: PreparedSet): Promise<void> {
  const { config, manifest, store } = context;
  if (manifest.test.length === 0) return;
  context.emit({ kind: "stage", stage: "segment", title: "Segment the test scans" });
  const { plan, labels, extents, atlases, coverage } = prepared;
  const options = { device: config.device, threads: config.threads };
  const classes = labels.length + 1;
  const aligner = await createScanAligner(plan, { image: atlases[0].image, inside: coverage }, config.prepare, config);
  const weights = await loadSpatialWeights(store, config.spatial);
  const spatial = await createSpatialModel(config.spatial, weights, extents, options);
  const labelers = {
    [METHODS.segmenter]: await createSegmenter(
      config.segment,
      classes,
      await loadSegmenterWeights(store, config.segment, classes),
      extents,
      options,
    ),
    [METHODS.sas]: await createSingleAtlas(atlases, spatial, { classes, extents }, options),
    [METHODS.affine]: createAffineOnly(atlases, classes),
  };
  const output = subfolder(store, RUN_FOLDER.predictions);
  await labelScans({ ...context, plan, labels, aligner, labelers, scans: manifest.test, output, existing: "keep" });
  for (const labeler of Object.values(labelers)) await labeler.dispose();
  await spatial.dispose();
  await aligner.dispose();
}
