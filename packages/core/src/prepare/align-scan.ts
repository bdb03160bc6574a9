import type { RunConfig } from "../run/config.ts";
import { type Affine, multiplyAffines, translationAffine } from "../volume/affine.ts";
import { assertSameRank, flatAxis } from "../volume/flat-axis.ts";
import { gridCenter } from "../volume/grid.ts";
import { turnBetweenPlanes } from "../volume/slice-plane.ts";
import type { Grid, Volume } from "../volume/volume.ts";
import { type Aligner, createAligner, type Placed } from "./align.ts";
import type { PrepareConfig } from "./config.ts";
import { type Plan, withCase } from "./plan.ts";
import { preparedCoverage, prepareVolume } from "./prepare-volume.ts";

/** Finds where a scan lies with respect to the atlas. */
export interface ScanAligner {
  /** Atlas world mm to scan world mm. */
  align(scan: Volume, id: string): Promise<Affine>;
  dispose(): Promise<void>;
}

/**
 * Centers first: scans of one kind are cropped alike, and scanner coordinates of different sessions mean nothing to
 * each other; slices are laid into one plane, too. Then twelve parameters (of slices the six in the plane), unless the
 * settings say that centers are enough.
 */
export async function createScanAligner(
  plan: Plan,
  atlas: Placed,
  config: PrepareConfig,
  { device, threads }: Pick<RunConfig, "device" | "threads">,
): Promise<ScanAligner> {
  const grid = plan.reference;
  const fine: Aligner | undefined =
    config.alignment === "center"
      ? undefined
      : await createAligner(atlas, grid, { device, threads, steps: config.alignmentSteps });
  return {
    async align(scan, id) {
      const centered = centerToCenter(grid, scan, `Case ${id}`);
      if (fine === undefined) return centered;
      return multiplyAffines(centered, await fine.align(placeScan(scan, withCase(plan, id, centered), id)));
    },
    dispose: async () => fine?.dispose(),
  };
}

/** A scan on the reference grid, with the mask of what it covers. */
export function placeScan(scan: Volume, plan: Plan, id: string): Placed {
  return { image: prepareVolume(scan, plan, id).data, inside: preparedCoverage(scan, plan, id).data };
}

/**
 * The shift that brings the middle of the reference grid to the middle of the scan; for slices also the rotation from
 * one plane to the other.
 * @throws InputError for a slice and a volume, or for slices of different orientation
 */
function centerToCenter(reference: Grid, scan: Grid, name: string): Affine {
  assertSameRank(reference, scan, "the atlas", name);
  const from = gridCenter(reference);
  const to = gridCenter(scan);
  if (flatAxis(reference.dims) === undefined) {
    return translationAffine([to[0] - from[0], to[1] - from[1], to[2] - from[2]]);
  }
  const turn = turnBetweenPlanes(reference, scan, "the atlas", name);
  return multiplyAffines(translationAffine(to), turn, translationAffine([-from[0], -from[1], -from[2]]));
}
