import { InputError } from "../errors.ts";
import { flatAxis } from "./flat-axis.ts";
import type { Dims } from "./volume.ts";

/** @throws InputError for a slice, which a three-dimensional encoder has no use for */
export function assertThick(dims: Dims, image: string): void {
  if (flatAxis(dims) === undefined) return;
  throw new InputError({
    subject: image,
    expected: "a 3-D volume",
    got: `a single slice of ${dims.join("x")} voxels`,
    todo: "Leave it out: the encoder is three-dimensional.",
  });
}
