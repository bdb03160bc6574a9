import { writeNifti } from "../io/nifti-write.ts";
import { readLabelMap, readScan } from "../io/read-scan.ts";
import { createScanAligner, type ScanAligner } from "../prepare/align-scan.ts";
import { classIndices } from "../prepare/class-indices.ts";
import { withCase } from "../prepare/plan.ts";
import { savePlan } from "../prepare/prepare-run.ts";
import { prepareLabels, prepareVolume } from "../prepare/prepare-volume.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { stepMeter } from "../run/progress.ts";
import type { LabeledArrays } from "../segment/example-source.ts";

const FOLDER = "validation";

/**
 * Aligns the validation and the test scans once for all arms (the plan keeps it) and brings the validation scans and
 * their true labels onto the prepared grid. No arm trains on them; what they are used for stands at `ArmRun`.
 */
export async function alignHeldOutScans(context: RunContext, prepared: PreparedSet): Promise<void> {
  const { manifest, store, config, signal, emit, readFile } = context;
  const { validation, test } = manifest;
  let { plan } = prepared;
  let aligner: ScanAligner | undefined;
  const meter = stepMeter("align", validation.length + test.length);
  for (const [index, { id, image }] of [...validation, ...test].entries()) {
    signal.throwIfAborted();
    const labels = validation.find((one) => one.id === id)?.labels;
    const isPlaced = labels === undefined || (await store.read(labelsPath(id))) !== undefined;
    if (!(id in plan.cases) || !isPlaced) {
      const { volume } = await readScan(readFile, image);
      if (!(id in plan.cases)) {
        const template = { image: prepared.atlases[0].image, inside: prepared.coverage };
        aligner ??= await createScanAligner(plan, template, config.prepare, config);
        plan = withCase(plan, id, await aligner.align(volume, id));
        await savePlan(store, plan);
      }
      if (labels !== undefined) {
        const truth = await readLabelMap(readFile, labels);
        await store.write(imagePath(id), writeNifti(prepareVolume(volume, plan, id)));
        await store.write(labelsPath(id), writeNifti(prepareLabels(truth, plan, id)));
      }
    }
    emit(meter(index + 1));
  }
  await aligner?.dispose();
}

/** The validation scans as `alignHeldOutScans` left them, with the classes that the atlas has. */
export async function openValidationScans(
  { store, manifest }: RunContext,
  { labels }: PreparedSet,
): Promise<readonly LabeledArrays[]> {
  const read = async (path: string): Promise<Uint8Array> => (await store.read(path)) ?? new Uint8Array();
  const scans: LabeledArrays[] = [];
  for (const { id } of manifest.validation) {
    const image = (await readScan(read, imagePath(id))).volume.data;
    const truth = await readLabelMap(read, labelsPath(id));
    scans.push({ name: id, image, classes: classIndices(truth, labels) });
  }
  return scans;
}

function imagePath(id: string): string {
  return `${FOLDER}/${id}.nii.gz`;
}

function labelsPath(id: string): string {
  return `${FOLDER}/${id}_labels.nii.gz`;
}
