import { jacobianDeterminant } from "../evaluate/folding.ts";
import { exampleGrid } from "../figures/example-grid.ts";
import { fieldGrid, type SubjectField } from "../figures/field-grid.ts";
import { type ComparedScan, outlinedScans } from "../figures/outlined-scans.ts";
import { pickScans } from "../figures/pick-scans.ts";
import { readLabelMap, readScan } from "../io/read-scan.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { predictionPath } from "../segment/label-scans.ts";
import { createSpatialModel } from "../spatial/apply.ts";
import { loadSpatialWeights } from "../spatial/weights.ts";
import { drawExample, settingsOnScans } from "../synthesize/draw.ts";
import { openSynthesizer } from "../synthesize/open.ts";
import { HEADLINE } from "./label-and-score.ts";
import type { ArmRun, ReportPicture } from "./results.ts";

/** Rows of synthesized examples, and subjects whose fields are drawn. */
const SHOWN = 5;

/** Independent examples beside the scans that they took shape and intensities from. */
export async function drawExamples(models: RunContext, prepared: PreparedSet): Promise<ReportPicture> {
  const { seed } = models.config;
  const synthesize = settingsOnScans(models.config.synthesize, prepared.mirroring);
  const synthesizer = await openSynthesizer(models, prepared);
  const targets = { atlases: prepared.atlases.map(({ id }) => id), subjects: prepared.subjects };
  const imageOf = async (id: string): Promise<Float32Array> =>
    prepared.atlases.find((atlas) => atlas.id === id)?.image ?? (await prepared.image(id));
  const rows = [];
  for (let index = 0; index < SHOWN; index++) {
    const draw = drawExample(synthesize, targets, { seed, stream: "pictures", index });
    const { image, classes } = await synthesizer.apply(draw);
    const [spatialTarget, appearanceTarget] = [draw.spatialTarget, draw.appearanceTarget];
    rows.push({
      spatialTarget: { id: spatialTarget, image: await imageOf(spatialTarget) },
      appearanceTarget: { id: appearanceTarget, image: await imageOf(appearanceTarget) },
      image,
      classes,
    });
  }
  await synthesizer.dispose();
  return exampleGrid(rows, prepared.plan.reference);
}

/** The atlas's grid as the spatial model lays it on some subjects. */
export async function drawFields({ store, config }: RunContext, prepared: PreparedSet): Promise<ReportPicture> {
  const weights = await loadSpatialWeights(store, config.spatial);
  const spatial = await createSpatialModel(config.spatial, weights, prepared.extents, config);
  const [atlas] = prepared.atlases;
  const every = Math.max(1, Math.floor(prepared.subjects.length / SHOWN));
  const fields: SubjectField[] = [];
  for (const id of prepared.subjects.filter((_, index) => index % every === 0).slice(0, SHOWN)) {
    const image = await prepared.image(id);
    const { displacement } = await spatial.atlasToSubject(atlas.image, image);
    fields.push({ id, displacement, determinant: jacobianDeterminant(displacement, prepared.extents), image });
  }
  await spatial.dispose();
  return fieldGrid(fields, prepared.plan.reference, atlas.classes);
}

/** Truth and prediction of an arm's best, median and worst test scan. */
export async function drawScans(
  { store, manifest, readFile }: RunContext,
  { cases }: ArmRun,
  labels: readonly number[],
): Promise<ReportPicture> {
  const read = async (path: string): Promise<Uint8Array> => (await store.read(path)) ?? new Uint8Array();
  const scans: ComparedScan[] = [];
  for (const scan of pickScans(cases.map(({ id, metrics }) => ({ id, dice: metrics.mean.dice })))) {
    const test = manifest.test.find(({ id }) => id === scan.id);
    if (test?.labels === undefined) continue;
    scans.push({
      ...scan,
      volume: (await readScan(readFile, test.image)).volume,
      truth: await readLabelMap(readFile, test.labels),
      prediction: await readLabelMap(read, `${RUN_FOLDER.predictions}/${predictionPath(HEADLINE, scan.id)}`),
    });
  }
  return outlinedScans(scans, labels);
}
