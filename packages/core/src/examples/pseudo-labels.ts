import { writeNifti } from "../io/nifti-write.ts";
import { readLabelMap } from "../io/read-scan.ts";
import { mostProbable } from "../prepare/most-probable.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { stepMeter } from "../run/progress.ts";
import type { Labeler } from "../segment/labeler.ts";

/** Class indices `[D, H, W]` that a model gave an unlabeled subject. */
export type PseudoLabels = (subject: string) => Promise<Float32Array>;

/**
 * Labels the unlabeled subjects on the prepared grid, each voxel with its most probable class, and keeps the label maps
 * in `folder` of the run; those that are there are not made again.
 */
export async function makePseudoLabels(
  { store, signal, emit }: Pick<RunContext, "store" | "signal" | "emit">,
  prepared: PreparedSet,
  labeler: () => Promise<Labeler>,
  folder: string,
): Promise<PseudoLabels> {
  const pathOf = (subject: string): string => `${folder}/${subject}.nii.gz`;
  const meter = stepMeter("label", prepared.subjects.length);
  let opened: Labeler | undefined;
  for (const [index, subject] of prepared.subjects.entries()) {
    signal.throwIfAborted();
    if ((await store.read(pathOf(subject))) === undefined) {
      opened ??= await labeler();
      const probabilities = await opened.probabilities(await prepared.image(subject));
      const data = Int32Array.from(mostProbable(probabilities, prepared.labels.length + 1));
      await store.write(pathOf(subject), writeNifti({ kind: "labels", ...prepared.plan.reference, data }));
    }
    emit(meter(index + 1));
  }
  await opened?.dispose();
  const kept = new Map<string, Float32Array>();
  return async (subject) => {
    const known = kept.get(subject);
    if (known !== undefined) return known;
    const read = async (path: string): Promise<Uint8Array> => (await store.read(path)) ?? new Uint8Array();
    const { data } = await readLabelMap(read, pathOf(subject));
    const classes = Float32Array.from(data);
    kept.set(subject, classes);
    return classes;
  };
}
