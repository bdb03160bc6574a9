import { indicesOf } from "../../shape.ts";
import { at, filled, type NdArray } from "../nd-array.ts";

/** Collects the values along some axes (which stay, with extent 1) and folds them. */
export function reduce(x: NdArray, axes: readonly number[], fold: (values: readonly number[]) => number): NdArray {
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const folded = x.shape.map((extent, axis) => (axes.includes(axis) ? extent : 1));
  return filled(kept, (index) =>
    fold(
      indicesOf(folded).map((inner) =>
        at(
          x,
          index.map((i, axis) => i + inner[axis]),
        ),
      ),
    ),
  );
}

/** x - ln(sum(exp(x))) along one axis, straight from the definition. */
export function logSoftmaxTwin(x: NdArray, axis: number): NdArray {
  const sums = reduce(x, [axis], (values) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0)));
  return filled(x.shape, (index) => {
    const start = index.map((i, a) => (a === axis ? 0 : i));
    return at(x, index) - at(sums, start);
  });
}
