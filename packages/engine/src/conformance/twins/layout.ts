import { type Shape, sizeOf } from "../../shape.ts";
import { at, atBroadcast, filled, type NdArray } from "../nd-array.ts";

export function reshapeTwin(x: NdArray, shape: Shape): NdArray {
  if (sizeOf(shape) !== x.data.length) throw new Error("twin: sizes differ");
  return { shape, data: x.data };
}

export function expandTwin(x: NdArray, shape: Shape): NdArray {
  return filled(shape, (index) => atBroadcast(x, index));
}

/** Axis `order[a]` of x becomes axis a. */
export function transposeTwin(x: NdArray, order: readonly number[]): NdArray {
  return filled(
    order.map((axis) => x.shape[axis]),
    (index) =>
      at(
        x,
        order.map((_, axis) => index[order.indexOf(axis)]),
      ),
  );
}

export function sliceTwin(x: NdArray, starts: readonly number[], ends: readonly number[]): NdArray {
  return filled(
    starts.map((start, axis) => ends[axis] - start),
    (index) =>
      at(
        x,
        index.map((i, axis) => i + starts[axis]),
      ),
  );
}

export function padTwin(x: NdArray, before: readonly number[], after: readonly number[], value: number): NdArray {
  return filled(
    x.shape.map((extent, axis) => before[axis] + extent + after[axis]),
    (index) => {
      const inside = index.map((i, axis) => i - before[axis]);
      return inside.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, inside) : value;
    },
  );
}

export function reverseTwin(x: NdArray, axes: readonly number[]): NdArray {
  return filled(x.shape, (index) =>
    at(
      x,
      index.map((i, axis) => (axes.includes(axis) ? x.shape[axis] - 1 - i : i)),
    ),
  );
}

export function concatTwin(parts: readonly NdArray[], axis: number): NdArray {
  const extent = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
  return filled(
    parts[0].shape.map((e, a) => (a === axis ? extent : e)),
    (index) => {
      let position = index[axis];
      let part = 0;
      while (position >= parts[part].shape[axis]) position -= parts[part++].shape[axis];
      return at(
        parts[part],
        index.map((i, a) => (a === axis ? position : i)),
      );
    },
  );
}
