import { readLabeledScan, readLabelMap, readScan } from "../io/read-scan.ts";
import type { RunContext } from "../run/context.ts";
import { stepMeter } from "../run/progress.ts";
import { assertSameRank } from "../volume/flat-axis.ts";
import { assertSameGrid } from "../volume/grid.ts";
import { turnBetweenPlanes } from "../volume/slice-plane.ts";
import type { Grid, Volume } from "../volume/volume.ts";
import { assertContrast } from "./normalize.ts";
import { findPlan } from "./prepare-run.ts";

/**
 * Reads every scan once before any work begins, so that a damaged file is named in the first seconds and not after
 * hours of training. Label maps of test scans must be readable and on their scan's grid; their values are not kept.
 * All must be volumes, or all slices of one orientation. A run that has a plan has been checked.
 * @throws InputError naming the first file that cannot be used
 */
export async function checkInputs({ manifest, store, signal, emit, readFile }: RunContext): Promise<void> {
  if ((await findPlan(store)) !== undefined) return;
  const { atlases, unlabeled, test } = manifest;
  const meter = stepMeter("check", atlases.length + unlabeled.length + test.length);
  let checked = 0;
  let first: Grid | undefined;
  const check = (scan: Volume, image: string): void => {
    assertContrast(scan, image);
    first ??= { dims: scan.dims, affine: scan.affine };
    assertSameRank(first, scan, atlases[0].image, image);
    turnBetweenPlanes(first, scan, atlases[0].image, image);
  };
  for (const atlas of atlases) {
    const { volume } = await readLabeledScan(readFile, atlas);
    check(volume, atlas.image);
    emit(meter(++checked));
  }
  for (const { image, labels } of [...test, ...unlabeled.map(({ image }) => ({ image, labels: undefined }))]) {
    signal.throwIfAborted();
    const { volume } = await readScan(readFile, image);
    check(volume, image);
    if (labels !== undefined) assertSameGrid(volume, await readLabelMap(readFile, labels), image, labels);
    emit(meter(++checked));
  }
}
