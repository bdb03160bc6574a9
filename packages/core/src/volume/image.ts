import { InputError } from "../errors.ts";
import type { Grid, Volume } from "./volume.ts";

/** What to do with NaN and infinite voxels: refuse the image, or put 0 in their place. */
export type NonFinite = "refuse" | "zero";

export interface ToVolumeOptions {
  readonly slope?: number;
  readonly intercept?: number;
  readonly nonFinite?: NonFinite;
}

/** An image of `value * slope + intercept`, computed in double precision and kept in float32. */
export function toVolume(
  grid: Grid,
  values: ArrayLike<number>,
  name: string,
  { slope = 1, intercept = 0, nonFinite = "refuse" }: ToVolumeOptions = {},
): Volume {
  const data = new Float32Array(values.length);
  let spoiled = 0;
  for (let index = 0; index < values.length; index++) {
    data[index] = values[index] * slope + intercept;
    if (Number.isFinite(data[index])) continue;
    spoiled += 1;
    data[index] = 0;
  }
  if (spoiled > 0 && nonFinite === "refuse") {
    throw new InputError({
      subject: name,
      expected: "finite intensities",
      got: `${spoiled} of ${values.length} voxels NaN or infinite`,
      todo: "Repair the image, or ask for such voxels to be read as 0.",
    });
  }
  return { kind: "image", dims: grid.dims, affine: grid.affine, data };
}
