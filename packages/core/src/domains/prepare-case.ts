import type { Shape } from "@voxelsmith/engine";
import type { Plan } from "../prepare/plan.ts";
import { undoProbabilities } from "../prepare/undo.ts";
import { type Affine, identityAffine, spacingMm } from "../volume/affine.ts";
import { assertSameGrid, respaceGrid } from "../volume/grid.ts";
import { reorientGrid } from "../volume/orientation.ts";
import { resampleImage, resampleLabels } from "../volume/resample.ts";
import type { Grid, LabelMap, Volume } from "../volume/volume.ts";
import { classOfLabel, type DomainPlan, labelOfClass, NOT_LABELED } from "./plan.ts";
import { standardize } from "./standardize.ts";

/** An image as the network sees it, and what each of its voxels is. */
export interface LabeledVolume {
  /** `[D, H, W]`, mean 0 and deviation 1. */
  readonly image: Float32Array;
  /** Class index of each voxel, -1 where nobody has labeled it; absent where there is no label map. */
  readonly classes?: Float32Array;
  /** `[D, H, W]` = voxels along S, A, R. */
  readonly extents: Shape;
}

/** A case on its own grid in the domain's spacing. */
export interface PreparedCase extends LabeledVolume {
  /** Takes index `[i, j, k]` of the prepared grid to RAS mm of the scan's world. */
  readonly affine: Affine;
}

/** The grid that a scan is prepared on: its own box in space, listed along RAS, at the domain's spacing. */
export function preparedGrid(scan: Grid, plan: Pick<DomainPlan, "spacingMm">): Grid {
  return respaceGrid(reorientGrid(scan, "RAS"), plan.spacingMm);
}

/**
 * A scan in its domain's terms: RAS, the domain's spacing (image trilinear, labels nearest, once each), clipped to the
 * percentiles, standardized. Labels that the plan does not name count as not labeled.
 * @throws InputError where image and labels lie on different grids
 */
export function prepareCase(plan: DomainPlan, volume: Volume, labels?: LabelMap): PreparedCase {
  const grid = preparedGrid(volume, plan);
  // Rounded extents reach up to half a voxel beyond the scan, where its edge goes on.
  const outside = { kind: "edge" } as const;
  const image = standardize(resampleImage(volume, grid, { outside }).data, plan.clipPercentiles);
  const [i, j, k] = grid.dims;
  const prepared: PreparedCase = { image, extents: [k, j, i], affine: grid.affine };
  if (labels === undefined) return prepared;
  assertSameGrid(volume, labels, "the image", `labels of a case of ${plan.name}`);
  return { ...prepared, classes: toClasses(plan, resampleLabels(labels, grid, { outside }).data) };
}

/** Label values to class indices, -1 for values that the plan does not name. */
export function toClasses(plan: DomainPlan, labels: ArrayLike<number>): Float32Array {
  const classOf = classOfLabel(plan);
  return Float32Array.from(labels, (label) => classOf.get(label) ?? NOT_LABELED);
}

/**
 * Label values on the scan's OWN grid from probabilities `[classes, D, H, W]` on the grid of `preparedGrid`: every
 * class is interpolated there and the largest wins.
 */
export function undoCase(plan: DomainPlan, probabilities: Float32Array, scan: Grid): LabelMap {
  const grid = preparedGrid(scan, plan);
  const id = "case";
  const asPlan: Plan = {
    version: 1,
    reference: { ...grid, spacingMm: spacingMm(grid.affine) },
    normalization: { kind: "z-score" },
    padding: 0,
    cases: { [id]: { alignment: identityAffine() } },
  };
  return undoProbabilities({ data: probabilities, labels: labelOfClass(plan) }, asPlan, id, scan);
}
