import type { Box } from "./mask.ts";
import type { Confusion } from "./overlap.ts";

/** Where a label lies in the prediction or the truth, and how many voxels agree. */
export interface LabelRegion {
  readonly label: number;
  readonly counts: Confusion;
  /** Around the label in both maps; undefined where it is in neither. */
  readonly box: Box | undefined;
}

/** Counts and boxes of all labels in one pass over the voxels, so that many labels cost no more than one. */
export function labelRegions(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  dims: readonly number[],
  labels: readonly number[],
): LabelRegion[] {
  const open = new Map(labels.map((label) => [label, openRegion(dims.length)]));
  const position = new Array<number>(dims.length).fill(0);
  for (let index = 0; index < truth.length; index++) {
    const [predicted, real] = [prediction[index], truth[index]];
    const one = predicted === 0 ? undefined : open.get(predicted);
    const other = real === 0 ? undefined : open.get(real);
    if (one !== undefined) {
      one.predicted += 1;
      if (predicted === real) one.both += 1;
      include(one, position);
    }
    if (other !== undefined) {
      other.real += 1;
      if (other !== one) include(other, position);
    }
    for (let axis = 0; axis < dims.length; axis++) {
      position[axis] += 1;
      if (position[axis] < dims[axis]) break;
      position[axis] = 0;
    }
  }
  return labels.map((label) => {
    const { predicted, real, both, first, last } = open.get(label) ?? openRegion(dims.length);
    const counts = {
      truePositives: both,
      falsePositives: predicted - both,
      falseNegatives: real - both,
      trueNegatives: truth.length - predicted - real + both,
    };
    return { label, counts, box: predicted + real === 0 ? undefined : { first, last } };
  });
}

interface OpenRegion {
  predicted: number;
  real: number;
  both: number;
  readonly first: number[];
  readonly last: number[];
}

function openRegion(axes: number): OpenRegion {
  return {
    predicted: 0,
    real: 0,
    both: 0,
    first: new Array<number>(axes).fill(Infinity),
    last: new Array<number>(axes).fill(-1),
  };
}

function include({ first, last }: OpenRegion, position: readonly number[]): void {
  for (let axis = 0; axis < position.length; axis++) {
    if (position[axis] < first[axis]) first[axis] = position[axis];
    if (position[axis] > last[axis]) last[axis] = position[axis];
  }
}
