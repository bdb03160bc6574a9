import { type Affine, invertAffine } from "../volume/affine.ts";
import { assertSameGrid, windowOfGrid } from "../volume/grid.ts";
import { resampleImage, resampleLabels } from "../volume/resample.ts";
import { type Grid, type LabelMap, type Volume, voxelCount } from "../volume/volume.ts";
import { caseOf, type Plan } from "./plan.ts";

/** Voxels of the input that are worked on at once, in whole slices: bounds the memory whatever the number of classes. */
const SLAB_VOXELS = 2 ** 20;

/** A network's answer on the reference grid. */
export interface ClassProbabilities {
  /** `[classes, D, H, W]`. */
  readonly data: Float32Array;
  /** The label value of each class, background (0) first. */
  readonly labels: readonly number[];
}

/** Labels of the reference grid on the scan's own grid, by nearest neighbor; background where the plan cropped. */
export function undoLabels(prepared: LabelMap, plan: Plan, caseId: string, input: Grid): LabelMap {
  return resampleLabels(prepared, input, { targetToSource: wayBack(prepared, plan, caseId) });
}

/** An image of the reference grid, in normalized intensities, on the scan's own grid (trilinear, 0 outside). */
export function undoVolume(prepared: Volume, plan: Plan, caseId: string, input: Grid): Volume {
  return resampleImage(prepared, input, { targetToSource: wayBack(prepared, plan, caseId) });
}

/**
 * The most probable label of each voxel of the scan's own grid: each class is interpolated there (trilinear) and the
 * largest wins, the first of equal ones. Smoother borders than `undoLabels` where the spacings differ. Works slab by
 * slab, so that memory is that of the labels and a few slices, never classes x voxels.
 */
export function undoProbabilities(
  probabilities: ClassProbabilities,
  plan: Plan,
  caseId: string,
  input: Grid,
): LabelMap {
  const { reference } = plan;
  const size = voxelCount(reference.dims);
  if (probabilities.data.length !== size * probabilities.labels.length) {
    throw new RangeError(
      `${probabilities.data.length} probabilities are not ${probabilities.labels.length} classes of ${reference.dims.join("x")} voxels`,
    );
  }
  const classes = probabilities.labels.map(
    (_, index): Volume => ({
      kind: "image",
      dims: reference.dims,
      affine: reference.affine,
      data: probabilities.data.subarray(index * size, (index + 1) * size),
    }),
  );
  const targetToSource = wayBack(reference, plan, caseId);
  const [ni, nj, nk] = input.dims;
  const labels = new Int32Array(voxelCount(input.dims));
  const slices = Math.max(1, Math.floor(SLAB_VOXELS / (ni * nj)));
  for (let k = 0; k < nk; k += slices) {
    const slab = windowOfGrid(input, [0, 0, k], [ni, nj, Math.min(slices, nk - k)]);
    labels.set(mostProbable(classes, probabilities.labels, slab, targetToSource), k * ni * nj);
  }
  return { kind: "labels", dims: input.dims, affine: input.affine, data: labels };
}

function mostProbable(
  classes: readonly Volume[],
  labels: readonly number[],
  slab: Grid,
  targetToSource: Affine,
): Int32Array {
  // Outside the reference grid every class is 0 and the first one, background, wins.
  const best = new Float32Array(voxelCount(slab.dims));
  const winners = new Int32Array(best.length).fill(labels[0]);
  classes.forEach((probability, index) => {
    const { data } = resampleImage(probability, slab, { targetToSource });
    for (let voxel = 0; voxel < best.length; voxel++) {
      if (data[voxel] <= best[voxel]) continue;
      best[voxel] = data[voxel];
      winners[voxel] = labels[index];
    }
  });
  return winners;
}

/** Case world mm to atlas world mm, after checking that what is to be undone lies on the plan's grid. */
function wayBack(prepared: Grid, plan: Plan, caseId: string): Affine {
  assertSameGrid(plan.reference, prepared, "the plan's reference", "the prepared volume");
  return invertAffine(caseOf(plan, caseId).alignment);
}
