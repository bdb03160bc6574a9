import type { RunConfig } from "../run/config.ts";
import { type Affine, applyAffine, multiplyAffines, type Point, translationAffine } from "../volume/affine.ts";
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
 * each other. Then twelve parameters, unless the settings say that centers are enough.
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
      const centered = centerToCenter(grid, scan);
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

/** The shift that brings the middle of the reference grid to the middle of the scan. */
function centerToCenter(reference: Grid, scan: Grid): Affine {
  const from = centerOf(reference);
  const to = centerOf(scan);
  return translationAffine([to[0] - from[0], to[1] - from[1], to[2] - from[2]]);
}

function centerOf({ dims, affine }: Grid): Point {
  return applyAffine(affine, [(dims[0] - 1) / 2, (dims[1] - 1) / 2, (dims[2] - 1) / 2]);
}
