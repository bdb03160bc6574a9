import { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import type { LabeledCase } from "../dataset/manifest.ts";
import { writeNifti } from "../io/nifti-write.ts";
import { readLabeledScan, readScan } from "../io/read-scan.ts";
import type { RunContext } from "../run/context.ts";
import { stepMeter } from "../run/progress.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { type Store, writeJson } from "../run/store.ts";
import { identityAffine } from "../volume/affine.ts";
import { createScanAligner, placeScan, type ScanAligner } from "./align-scan.ts";
import { planOf } from "./derive-plan.ts";
import { type Plan, parsePlan, withCase } from "./plan.ts";
import { preparedCoverage, prepareLabels, prepareVolume } from "./prepare-volume.ts";

/** Which voxels of the reference grid the first atlas covers: further scans are aligned over these. */
export const COVERAGE_PATH: string = `${RUN_FOLDER.prepared}/atlas_coverage.nii.gz`;

export function preparedImagePath(id: string): string {
  return `${RUN_FOLDER.prepared}/${id}.nii.gz`;
}

export function preparedLabelsPath(id: string): string {
  return `${RUN_FOLDER.prepared}/${id}_labels.nii.gz`;
}

/**
 * Brings the atlases and the unlabeled scans onto the reference grid: derives `plan.json` from the first atlas, aligns
 * every scan to it, and writes the prepared volumes. Cases that the plan already names keep their alignment, so a run
 * goes on where it stopped and a plan that a person edited is followed.
 */
export async function prepareRun(context: RunContext): Promise<Plan> {
  const { manifest, store, config, signal, emit, readFile } = context;
  const [first, ...others] = manifest.atlases;
  const reference = await readLabeledScan(readFile, first);
  let plan = (await findPlan(store)) ?? planOf(config.prepare, first.id, reference.volume);
  plan = first.id in plan.cases ? plan : withCase(plan, first.id, identityAffine());
  await store.write(COVERAGE_PATH, writeNifti(preparedCoverage(reference.volume, plan, first.id)));
  const template = placeScan(reference.volume, plan, first.id);
  let aligner: ScanAligner | undefined;

  const scans: readonly { readonly id: string; readonly image: string; readonly labels?: string }[] = [
    first,
    ...others,
    ...manifest.unlabeled,
  ];
  const meter = stepMeter("prepare", scans.length);
  let lastSave = performance.now();
  for (const [index, { id, image, labels }] of scans.entries()) {
    const there = async (path: string): Promise<boolean> => (await store.read(path)) !== undefined;
    const isPlaced = id in plan.cases && (await there(preparedImagePath(id)));
    const scan = isPlaced ? undefined : id === first.id ? reference.volume : (await readScan(readFile, image)).volume;
    if (scan !== undefined && !(id in plan.cases)) {
      aligner ??= await createScanAligner(plan, template, config.prepare, config);
      plan = withCase(plan, id, await aligner.align(scan, id));
    }
    if (labels !== undefined && !(await there(preparedLabelsPath(id)))) {
      await writeAtlasLabels(context, plan, { id, image, labels });
    }
    // The image last: where it is there, the case is done.
    if (scan !== undefined) await store.write(preparedImagePath(id), writeNifti(prepareVolume(scan, plan, id)));
    emit(meter(index + 1));
    if (signal.aborted || performance.now() - lastSave >= config.checkpointSeconds * 1000) {
      await savePlan(store, plan);
      lastSave = performance.now();
      signal.throwIfAborted();
    }
  }
  await savePlan(store, plan);
  await aligner?.dispose();
  return plan;
}

/** The plan of a run, or undefined where it is not prepared yet. */
export async function findPlan(store: Store): Promise<Plan | undefined> {
  const bytes = await store.read(RUN_FOLDER.plan);
  if (bytes === undefined) return undefined;
  const place = store.locate(RUN_FOLDER.plan);
  return parsePlan(parseJson(z.unknown(), new TextDecoder().decode(bytes), place), place);
}

/** Writes `plan.json`. */
export async function savePlan(store: Store, plan: Plan): Promise<void> {
  await writeJson(store, RUN_FOLDER.plan, plan);
}

async function writeAtlasLabels({ store, readFile }: RunContext, plan: Plan, atlas: LabeledCase): Promise<void> {
  const { labels } = await readLabeledScan(readFile, atlas);
  await store.write(preparedLabelsPath(atlas.id), writeNifti(prepareLabels(labels, plan, atlas.id)));
}
