import { InputError } from "../errors.ts";
import type { Grid, LabelMap } from "./volume.ts";

/** Files scale label values by float32 factors now and then; this far from an integer still counts as rounding. */
const INTEGER_TOLERANCE = 1e-3;
const LARGEST = 2 ** 31 - 1;

/** A label map from any numbers; throws an InputError unless all are integers from 0 to 2147483647. */
export function toLabelMap(grid: Grid, values: ArrayLike<number>, name: string): LabelMap {
  const data = new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const label = Math.round(values[index]);
    // Negated, so that NaN fails as well.
    if (!(Math.abs(values[index] - label) <= INTEGER_TOLERANCE && label >= 0 && label <= LARGEST)) {
      throw notLabels(name, values);
    }
    data[index] = label;
  }
  return { kind: "labels", dims: grid.dims, affine: grid.affine, data };
}

/** The distinct values of a label map in rising order, background (0) included where it occurs. */
export function labelValues(labels: LabelMap): readonly number[] {
  return [...new Set(labels.data)].sort((a, b) => a - b);
}

function notLabels(name: string, values: ArrayLike<number>): InputError {
  const wrong = new Set<number>();
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const label = Math.round(values[index]);
    if (Math.abs(values[index] - label) <= INTEGER_TOLERANCE && label >= 0 && label <= LARGEST) continue;
    count += 1;
    if (wrong.size < 3) wrong.add(Number(values[index].toPrecision(6)));
  }
  return new InputError({
    subject: name,
    expected: "labels: integers from 0 upwards",
    got: `${count} other voxels, such as ${[...wrong].join(", ")}`,
    todo: "Give a label map, not an image or probabilities, and number its labels from 1.",
  });
}
