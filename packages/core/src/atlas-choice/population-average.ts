import type { Placed } from "../prepare/align.ts";
import { placeScan } from "../prepare/align-scan.ts";
import { type Plan, withCase } from "../prepare/plan.ts";
import { type Affine, invertAffine, multiplyAffines, translationAffine } from "../volume/affine.ts";
import { gridCenter } from "../volume/grid.ts";
import { type Grid, type Volume, voxelCount } from "../volume/volume.ts";

/** A scan that has been aligned: `alignment` takes RAS mm of the reference to RAS mm of the scan. */
export interface AlignedScan {
  readonly id: string;
  readonly alignment: Affine;
  readonly grid: Grid;
}

/**
 * The alignments as seen from the middle of the population: `A_i M^-1` with M the mean of all A_i, each without the
 * shift between the centers, which is the scanner's. Their mean is the identity, so that neither size nor pose of the
 * scan that all were aligned to remains.
 */
export function centerAlignments(reference: Grid, scans: readonly AlignedScan[]): ReadonlyMap<string, Affine> {
  const mean: number[] = new Array(16).fill(0);
  const home = gridCenter(reference);
  for (const { alignment, grid } of scans) {
    const away = gridCenter(grid);
    const pose = multiplyAffines(
      translationAffine([home[0] - away[0], home[1] - away[1], home[2] - away[2]]),
      alignment,
    );
    pose.forEach((value, index) => {
      mean[index] += value / scans.length;
    });
  }
  const back = invertAffine(mean);
  return new Map(scans.map(({ id, alignment }) => [id, multiplyAffines(alignment, back)]));
}

/** Adds up prepared scans. */
export interface RunningAverage {
  add(scan: Volume, id: string, alignment: Affine): void;
  /** Mean normalized intensity over the scans that cover a voxel; inside is 1 where at least half of them do. */
  average(): Placed;
}

export function createRunningAverage(plan: Plan): RunningAverage {
  const count = voxelCount(plan.reference.dims);
  const [sum, covered] = [new Float64Array(count), new Float64Array(count)];
  let scans = 0;
  return {
    add(scan, id, alignment) {
      const { image, inside } = placeScan(scan, withCase(plan, id, alignment), id);
      for (let at = 0; at < count; at++) {
        sum[at] += image[at] * inside[at];
        covered[at] += inside[at];
      }
      scans++;
    },
    average: () => ({
      image: Float32Array.from(sum, (value, at) => (covered[at] === 0 ? 0 : value / covered[at])),
      inside: Float32Array.from(covered, (value) => (2 * value >= scans ? 1 : 0)),
    }),
  };
}
