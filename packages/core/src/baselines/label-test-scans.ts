import { createScanAligner } from "../prepare/align-scan.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { subfolder } from "../run/store.ts";
import { labelScans } from "../segment/label-scans.ts";
import { loadSegmenterWeights } from "../segment/model.ts";
import { createSegmenter, segmenterOptions } from "../segment/predict.ts";
import { openSingleAtlas } from "./open-single-atlas.ts";
import { createAffineOnly } from "./single-atlas.ts";

/** Ways of labeling the test scans that a run compares, by the folder below `predictions/`. */
export const METHODS = { segmenter: "segmenter", sas: "single-atlas", affine: "affine" } as const;

/** Whether there are scans to learn transforms from; with labels alone there is no registration either. */
export function learnsTransforms(manifest: RunContext["manifest"]): boolean {
  return manifest.unlabeled.length > 0;
}

/** Those that a run has. */
export function methodsOf(manifest: RunContext["manifest"]): readonly string[] {
  return Object.values(METHODS).filter((method) => method !== METHODS.sas || learnsTransforms(manifest));
}

/** Labels the test scans with the segmenter, by registration alone (SAS), and by affine alignment alone. */
export async function labelTestScans(context: RunContext, prepared: PreparedSet): Promise<void> {
  const { config, manifest, store } = context;
  if (manifest.test.length === 0) return;
  context.emit({ kind: "stage", stage: "segment", title: "Segment the test scans" });
  const { plan, labels, extents, atlases, coverage } = prepared;
  const classes = labels.length + 1;
  const aligner = await createScanAligner(plan, { image: atlases[0].image, inside: coverage }, config.prepare, config);
  const trained = await loadSegmenterWeights(store, config.segment, classes);
  const labelers = {
    [METHODS.segmenter]: await createSegmenter(
      config.segment,
      classes,
      trained,
      extents,
      segmenterOptions(config, prepared),
    ),
    ...(learnsTransforms(manifest) ? { [METHODS.sas]: await openSingleAtlas(context, prepared) } : {}),
    [METHODS.affine]: createAffineOnly(atlases, classes),
  };
  const output = subfolder(store, RUN_FOLDER.predictions);
  await labelScans({ ...context, plan, labels, aligner, labelers, scans: manifest.test, output, existing: "keep" });
  for (const labeler of Object.values(labelers)) await labeler.dispose();
  await aligner.dispose();
}
