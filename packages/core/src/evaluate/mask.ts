import { InputError } from "../errors.ts";

/** A set of voxels in the plane or in space. */
export interface Mask {
  /** Voxels along each axis, the first axis fastest in memory; two axes or three. */
  readonly dims: readonly number[];
  /** Distance between neighbors along each axis, in mm. */
  readonly spacingMm: readonly number[];
  /** 1 inside, 0 outside. */
  readonly data: Uint8Array;
}

/** First and last voxel along each axis, both inside the box. */
export interface Box {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** Throws an InputError unless both masks have the same two or three axes, one spacing an axis and a voxel each. */
export function assertComparable(prediction: Mask, truth: Mask): void {
  const axes = truth.dims.length;
  const shape = (mask: Mask): string => `${mask.dims.join(" x ")} voxels, ${mask.data.length} values`;
  const same = prediction.dims.length === axes && prediction.dims.every((size, axis) => size === truth.dims[axis]);
  const filled = [prediction, truth].every((mask) => mask.data.length === mask.dims.reduce((a, b) => a * b, 1));
  if (!same || !filled) {
    throw new InputError({
      subject: "prediction and truth",
      expected: "masks of one shape",
      got: `${shape(prediction)} and ${shape(truth)}`,
      todo: "Bring the prediction onto the grid of the true labels.",
    });
  }
  const spacings = [prediction.spacingMm, truth.spacingMm];
  const spaced = spacings.every((spacing) => spacing.length === axes && spacing.every((mm) => mm > 0 && mm < Infinity));
  if ((axes !== 2 && axes !== 3) || !spaced) {
    throw new InputError({
      subject: "a mask",
      expected: "two axes or three, and one positive spacing an axis",
      got: `${axes} axes and the spacing [${truth.spacingMm.join(", ")}]`,
      todo: "Give a slice or a volume with its spacing.",
    });
  }
}

/** The smallest box around all voxels that are in either mask; undefined where both are empty. */
export function unionBox(one: Mask, other: Mask): Box | undefined {
  const first = one.dims.map(() => Infinity);
  const last = one.dims.map(() => -1);
  for (let index = 0; index < one.data.length; index++) {
    if (one.data[index] === 0 && other.data[index] === 0) continue;
    let rest = index;
    for (let axis = 0; axis < first.length; axis++) {
      const position = rest % one.dims[axis];
      rest = (rest - position) / one.dims[axis];
      if (position < first[axis]) first[axis] = position;
      if (position > last[axis]) last[axis] = position;
    }
  }
  return last[0] < 0 ? undefined : { first, last };
}

/**
 * The voxels of a box of a label map that carry one label. Axes beyond the third do not occur; a plane has two.
 * Whatever lies outside of the box counts as background, as the outside of a volume does.
 */
export function maskInBox(
  values: ArrayLike<number>,
  grid: { readonly dims: readonly number[]; readonly spacingMm: readonly number[] },
  { first, last }: Box,
  label: number,
): Mask {
  const dims = first.map((start, axis) => last[axis] - start + 1);
  const [width, height, depth] = [dims[0], dims[1], dims[2] ?? 1];
  const data = new Uint8Array(width * height * depth);
  let target = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = first[0] + grid.dims[0] * (first[1] + j + grid.dims[1] * ((first[2] ?? 0) + k));
      for (let i = 0; i < width; i++) data[target++] = values[row + i] === label ? 1 : 0;
    }
  }
  return { dims, spacingMm: grid.spacingMm, data };
}
