import { createRandom } from "@voxelsmith/engine";
import type { TransferCell, TransferTarget } from "../transfer-comparison/results.ts";
import { type CommonCases, commonCases, type Measure, mainMeasure } from "./common-cases.ts";
import { type Estimate, estimate } from "./estimate.ts";

/** A target and, in order, the cells of it that are compared. */
export interface Compared {
  readonly target: TransferTarget;
  readonly cells: readonly TransferCell[];
}

/** Score of the first cell minus that of the second, mean over the targets; targets weigh alike. */
export function difference(compared: readonly Compared[], seed: number, measure?: Measure): Estimate | null {
  const common = compared.map((one) => commonOf(one, measure));
  return estimate(common, (counts) => meanGap(common, counts, [0, 1]), drawsOf(compared, seed));
}

/** Sums of differences below this are rounding. */
const ROUNDING = 1e-9;

/**
 * The share of the way from the floor to the ceiling that an arm goes, (arm - floor) / (ceiling - floor), each mean over
 * the targets; cells are floor, arm, ceiling. Null where the ceiling is not above the floor.
 */
export function shareOfGain(compared: readonly Compared[], seed: number): Estimate | null {
  const common = compared.map((one) => commonOf(one));
  return estimate(
    common,
    (counts) => {
      const gap = meanGap(common, counts, [2, 0]);
      return gap > ROUNDING ? meanGap(common, counts, [1, 0]) / gap : Number.NaN;
    },
    drawsOf(compared, seed),
  );
}

/** Draws of test cases depend on the targets alone: all arms of a target, wherever they are compared, see the same. */
export function drawsOf(compared: readonly Pick<Compared, "target">[], seed: number): () => number {
  return createRandom(seed, "transfer-report", ...compared.map(({ target }) => target.name)).uniform;
}

function commonOf({ target, cells }: Compared, measure: Measure = mainMeasure(target)): CommonCases {
  return commonCases(target, cells, measure);
}

function meanGap(
  common: readonly CommonCases[],
  counts: Parameters<Parameters<typeof estimate>[1]>[0],
  [upper, lower]: readonly [number, number],
): number {
  const gaps = common.map(({ scores }, target) => scores[upper](counts[target]) - scores[lower](counts[target]));
  return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}
