import { readLabeledScan, readLabelMap, readScan } from "../io/read-scan.ts";
import type { RunContext } from "../run/context.ts";
import { stepMeter } from "../run/progress.ts";
import { assertSameGrid } from "../volume/grid.ts";
import { assertContrast } from "./normalize.ts";
import { findPlan } from "./prepare-run.ts";

/**
 * Reads every scan once before any work begins, so that a damaged file is named in the first seconds and not after
 * hours of training. Label maps of test scans must be readable and on their scan's grid; their values are not kept.
 * A run that has a plan has been checked.
 * @throws InputError naming the first file that cannot be used
 */
export async function checkInputs({ manifest, store, signal, emit, readFile }: RunContext): Promise<void> {
  if ((await findPlan(store)) !== undefined) return;
  const { atlases, unlabeled, test } = manifest;
  const meter = stepMeter("check", atlases.length + unlabeled.length + test.length);
  let checked = 0;
  for (const atlas of atlases) {
    const { volume } = await readLabeledScan(readFile, atlas);
    assertContrast(volume, atlas.image);
    emit(meter(++checked));
  }
  for (const { image, labels } of [...test, ...unlabeled.map(({ image }) => ({ image, labels: undefined }))]) {
    signal.throwIfAborted();
    const { volume } = await readScan(readFile, image);
    assertContrast(volume, image);
    if (labels !== undefined) assertSameGrid(volume, await readLabelMap(readFile, labels), image, labels);
    emit(meter(++checked));
  }
}
