import { otherSide } from "../dataset/sides.ts";
import { axisCodes } from "../volume/orientation.ts";
import type { Grid } from "../volume/volume.ts";

/** What a mirror image of a prepared scan, its first axis turned round, means for the labels. */
export interface Mirroring {
  /** The class that each class becomes, background first: right putamen becomes left putamen. Absent where names do not tell. */
  readonly classes?: readonly number[];
  /** Why nothing may be mirrored. */
  readonly refusal?: string;
}

/**
 * Whether scans may be mirrored, and which classes change places. The first axis of a prepared grid runs from left to
 * right in volumes, axial and coronal slices. A sagittal slice shows one side alone: turning its first axis round would
 * put the back in front. A structure whose counterpart has no label would become one that has none.
 * @param labels label values in the order of the classes, without background
 * @param names names by label value
 */
export function mirroringOf(
  { affine }: Grid,
  labels: readonly number[],
  names: Readonly<Record<string, string>>,
): Mirroring {
  if (!"LR".includes(axisCodes(affine)[0])) {
    return { refusal: "slices of this plane show one side alone, so left and right cannot change places" };
  }
  const named = labels.map((label) => names[label]);
  const counterparts = named.map((name) => (name === undefined ? -1 : named.indexOf(otherSide(name))));
  const alone = named.find((name, index) => name !== undefined && otherSide(name) !== name && counterparts[index] < 0);
  if (alone !== undefined) {
    return {
      refusal: `the labels have "${alone}" and no "${otherSide(alone)}" that it could become in a mirror image`,
    };
  }
  return counterparts.includes(-1) ? {} : { classes: [0, ...counterparts.map((index) => index + 1)] };
}
