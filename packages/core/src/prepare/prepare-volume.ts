import { assertSameRank } from "../volume/flat-axis.ts";
import { coverage, type Outside, resampleImage, resampleLabels } from "../volume/resample.ts";
import type { Grid, LabelMap, Volume } from "../volume/volume.ts";
import { normalize } from "./normalize.ts";
import { caseOf, type Plan } from "./plan.ts";

/**
 * A scan on the reference grid: normalized by its own voxels, then interpolated once (trilinear) through orientation,
 * spacing, alignment and crop or pad together. Throws an InputError for a slice where the plan is one of volumes, for
 * a volume where it is one of slices, and for a single-valued image.
 */
export function prepareVolume(volume: Volume, plan: Plan, caseId: string): Volume {
  assertSameRank(plan.reference, volume, "the atlas", `Case ${caseId}`);
  const outside: Outside = plan.padding === "edge" ? { kind: "edge" } : { kind: "value", value: plan.padding };
  const targetToSource = caseOf(plan, caseId).alignment;
  const normalized = normalize(volume, plan.normalization, `Case ${caseId}`);
  return resampleImage(normalized, plan.reference, { targetToSource, outside });
}

/** The labels of a scan on the reference grid, by nearest neighbor; background outside. */
export function prepareLabels(labels: LabelMap, plan: Plan, caseId: string): LabelMap {
  return resampleLabels(labels, plan.reference, { targetToSource: caseOf(plan, caseId).alignment });
}

/** 1 for each voxel of the reference grid that the scan covers, 0 where padding stands. */
export function preparedCoverage(scan: Grid, plan: Plan, caseId: string): Volume {
  return coverage(scan, plan.reference, { targetToSource: caseOf(plan, caseId).alignment });
}
