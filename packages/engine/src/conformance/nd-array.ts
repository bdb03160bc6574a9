import { indicesOf, type Shape } from "../shape.ts";

/** A plain float64 array with a shape: what the slow twins compute on. */
export interface NdArray {
  readonly shape: Shape;
  readonly data: Float64Array;
}

export type Index = readonly number[];

/** The array whose value at each index is `value(index)`. */
export function filled(shape: Shape, value: (index: Index) => number): NdArray {
  return { shape, data: Float64Array.from(indicesOf(shape), value) };
}

/** Position of an index in memory. */
function offsetOf(shape: Shape, index: Index): number {
  return index.reduce((offset, i, axis) => offset * shape[axis] + i, 0);
}

export function at(x: NdArray, index: Index): number {
  return x.data[offsetOf(x.shape, index)];
}

/** As `at`, but 0 outside: what zero padding means. */
export function atOrZero(x: NdArray, index: Index): number {
  return index.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, index) : 0;
}

/** As `at` under NumPy broadcasting to a larger index. */
export function atBroadcast(x: NdArray, index: Index): number {
  const lead = index.length - x.shape.length;
  return at(
    x,
    x.shape.map((extent, axis) => (extent === 1 ? 0 : index[axis + lead])),
  );
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
