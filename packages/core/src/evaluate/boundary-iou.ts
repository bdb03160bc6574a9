import { distanceTransform } from "./distance-transform.ts";
import { assertComparable, type Mask, maskInBox, unionBox } from "./mask.ts";
import { countConfusion, jaccard } from "./overlap.ts";

/**
 * Boundary IoU (Cheng et al. 2021): the Jaccard index of the two rims, a rim being the voxels of a mask that lie
 * within `distanceMm` of a voxel outside of it. Two empty masks give `bothEmpty` (Metrics Reloaded says 1).
 */
export function boundaryIou(prediction: Mask, truth: Mask, distanceMm: number, bothEmpty = Number.NaN): number {
  assertComparable(prediction, truth);
  const box = unionBox(prediction, truth);
  if (box === undefined) return bothEmpty;
  const rims = [prediction, truth].map((mask) => rim(maskInBox(mask.data, mask, box, 1), distanceMm));
  return jaccard(countConfusion(rims[0], rims[1]), bothEmpty);
}

function rim(mask: Mask, distanceMm: number): Uint8Array {
  // One voxel more all around, so that the outside of the array counts as background.
  const padded = padByOne(mask);
  const outside: number[] = [];
  for (let index = 0; index < padded.data.length; index++) if (padded.data[index] === 0) outside.push(index);
  const distances = distanceTransform(padded, outside);
  return padded.data.map((inside, index) => (inside === 1 && distances[index] <= distanceMm ? 1 : 0));
}

function padByOne({ dims, spacingMm, data }: Mask): Mask {
  const wide = dims.map((size) => size + 2);
  const padded = new Uint8Array(wide.reduce((a, b) => a * b, 1));
  for (let index = 0; index < data.length; index++) {
    if (data[index] === 0) continue;
    let [rest, target, stride] = [index, 0, 1];
    for (let axis = 0; axis < dims.length; axis++) {
      target += ((rest % dims[axis]) + 1) * stride;
      rest = Math.floor(rest / dims[axis]);
      stride *= wide[axis];
    }
    padded[target] = 1;
  }
  return { dims: wide, spacingMm, data: padded };
}
