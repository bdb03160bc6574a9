import type { UnlabeledCase } from "../dataset/manifest.ts";
import { InputError } from "../errors.ts";
import { assertContrast } from "../prepare/normalize.ts";
import { stepMeter } from "../run/progress.ts";
import { assertSameRank, flatAxis } from "../volume/flat-axis.ts";
import type { Grid, Volume } from "../volume/volume.ts";
import type { LeftOutScan } from "./atlas-ranking.ts";
import type { ChooseAtlasRequest } from "./choose-atlas.ts";
import type { ScanReader } from "./scan-reader.ts";

/** A scan that can be read, and what is known of it without any other. */
export interface ReadableScan extends UnlabeledCase {
  readonly grid: Grid;
  /** Share of its voxels that have its very highest intensity: a detector or a file type that ran out of range. */
  readonly saturated: number;
}

/** Reads every scan once, so that damaged files are known before anything is aligned. */
export async function readPopulation(
  { scans, signal, emit }: Pick<ChooseAtlasRequest, "scans" | "signal" | "emit">,
  read: ScanReader,
): Promise<{ readonly readable: readonly ReadableScan[]; readonly leftOut: readonly LeftOutScan[] }> {
  const readable: ReadableScan[] = [];
  const leftOut: LeftOutScan[] = [];
  const meter = stepMeter("read", scans.length);
  for (const [index, { id, image }] of scans.entries()) {
    signal.throwIfAborted();
    try {
      const volume = await read({ id, image });
      const [, highest] = assertContrast(volume, image);
      const { dims, affine } = volume;
      readable.push({ id, image, grid: { dims, affine }, saturated: shareOf(highest, volume) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      leftOut.push({ id, image, why: error.message });
    }
    emit(meter(index + 1));
  }
  const { usual, others } = byRank(readable);
  for (const { id, image, grid } of others) leftOut.push({ id, image, why: whyOtherRank(usual[0], grid, image) });
  return { readable: usual, leftOut };
}

/** Volumes and slices cannot be compared: those that are fewer cannot be used. */
function byRank(scans: readonly ReadableScan[]): {
  readonly usual: readonly ReadableScan[];
  readonly others: readonly ReadableScan[];
} {
  const volumes = scans.filter(({ grid }) => flatAxis(grid.dims) === undefined);
  const slices = scans.filter(({ grid }) => flatAxis(grid.dims) !== undefined);
  return volumes.length >= slices.length ? { usual: volumes, others: slices } : { usual: slices, others: volumes };
}

function whyOtherRank(usual: ReadableScan, grid: Grid, image: string): string {
  try {
    assertSameRank(usual.grid, grid, usual.image, image);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "";
}

function shareOf(value: number, { data }: Volume): number {
  let count = 0;
  for (let at = 0; at < data.length; at++) if (data[at] === value) count++;
  return count / data.length;
}
