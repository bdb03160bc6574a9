import { writeNifti } from "../io/nifti-write.ts";
import { type ReadFile, readScan } from "../io/read-scan.ts";
import type { ScanAligner } from "../prepare/align-scan.ts";
import { type Plan, withCase } from "../prepare/plan.ts";
import { prepareVolume } from "../prepare/prepare-volume.ts";
import { undoProbabilities } from "../prepare/undo.ts";
import { type StageHooks, stepMeter } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import type { Labeler } from "./labeler.ts";
import { straightenBorders } from "./planar-borders.ts";

export interface LabelScans extends StageHooks {
  readonly plan: Plan;
  /** Label values of the classes behind background. */
  readonly labels: readonly number[];
  readonly aligner: ScanAligner;
  /** Each writes its label maps into the folder of its name; the empty name is the output folder itself. */
  readonly labelers: Readonly<Record<string, Labeler>>;
  readonly scans: readonly { readonly id: string; readonly image: string }[];
  readonly output: Store;
  /** What happens to label maps that are there: a run that goes on keeps its own, a new command replaces any. */
  readonly existing: "keep" | "replace";
  readFile: ReadFile;
}

/**
 * Labels new scans: each is aligned and prepared as the plan says, labeled on the reference grid, and the answer is
 * brought back onto the scan's OWN grid and written with its header.
 */
export async function labelScans(request: LabelScans): Promise<void> {
  const { plan, labels, aligner, labelers, scans, output, existing, signal, emit, readFile } = request;
  const meter = stepMeter("segment", scans.length);
  for (const [index, { id, image }] of scans.entries()) {
    signal.throwIfAborted();
    const missing: [path: string, labeler: Labeler][] = [];
    for (const [name, labeler] of Object.entries(labelers)) {
      const path = predictionPath(name, id);
      if (existing === "replace" || (await output.read(path)) === undefined) missing.push([path, labeler]);
    }
    if (missing.length > 0) {
      const { volume, header } = await readScan(readFile, image);
      const placed = withCase(plan, id, await aligner.align(volume, id));
      const prepared = prepareVolume(volume, placed, id);
      for (const [path, labeler] of missing) {
        const data = await labeler.probabilities(prepared.data);
        const labelMap = undoProbabilities({ data, labels: [0, ...labels] }, placed, id, volume);
        const straight = straightenBorders(labelMap, labeler.borders ?? []);
        await output.write(path, writeNifti(straight, { like: header }));
      }
    }
    emit(meter(index + 1));
  }
}

/** Where a label map is written, below the output folder. */
export function predictionPath(labeler: string, id: string): string {
  return labeler === "" ? `${id}.nii.gz` : `${labeler}/${id}.nii.gz`;
}
