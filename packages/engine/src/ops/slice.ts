import { ShapeError } from "../errors.ts";
import { formatShape, normalizeAxis, type Shape, sameShape } from "../shape.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";

const MAX_INT = 2 ** 31 - 1;

export const sliceOp: Op = {
  name: "slice",
  infer: ([x], { starts, ends }) => {
    const from = starts as readonly number[];
    const to = ends as readonly number[];
    const ok = from.length === x.shape.length && to.length === from.length;
    if (!ok || from.some((start, axis) => !(start >= 0 && start < to[axis] && to[axis] <= x.shape[axis]))) {
      throw new ShapeError("slice", `a part of ${formatShape(x.shape)}`, `[${from}] to [${to}]`);
    }
    return from.map((start, axis) => to[axis] - start);
  },
  emit: (emitter, [x], { attributes, inputs: [source] }) => {
    const starts = attributes.starts as readonly number[];
    const ends = attributes.ends as readonly number[];
    const axes = starts.flatMap((start, axis) => (start > 0 || ends[axis] < source.shape[axis] ? [axis] : []));
    const at = (values: readonly number[]): string => emitter.ints(axes.map((axis) => values[axis]));
    return emitter.node("Slice", [x, at(starts), at(ends), emitter.ints(axes)]);
  },
  gradient: ({ inputs: [x], attributes }, g) => {
    const starts = attributes.starts as readonly number[];
    const ends = attributes.ends as readonly number[];
    return [
      pad(
        g,
        starts,
        ends.map((end, axis) => x.shape[axis] - end),
      ),
    ];
  },
};

export const padOp: Op = {
  name: "pad",
  infer: ([x], { before, after }) => {
    const left = before as readonly number[];
    const right = after as readonly number[];
    if (left.length !== x.shape.length || right.length !== left.length || [...left, ...right].some((n) => n < 0)) {
      throw new ShapeError("pad", `widths >= 0 for the axes of ${formatShape(x.shape)}`, `[${left}] and [${right}]`);
    }
    return x.shape.map((extent, axis) => extent + left[axis] + right[axis]);
  },
  emit: (emitter, [x], { attributes }) => {
    const widths = [...(attributes.before as number[]), ...(attributes.after as number[])];
    return emitter.node("Pad", [x, emitter.ints(widths), emitter.scalar(attributes.value as number)]);
  },
  gradient: ({ inputs: [x], attributes }, g) => {
    const before = attributes.before as readonly number[];
    return [
      slice(
        g,
        before,
        x.shape.map((extent, axis) => before[axis] + extent),
      ),
    ];
  },
};

export const reverseOp: Op = {
  name: "reverse",
  infer: ([x]) => x.shape,
  emit: (emitter, [x], { attributes }) => {
    const axes = attributes.axes as readonly number[];
    const repeat = (value: number): string => emitter.ints(axes.map(() => value));
    return emitter.node("Slice", [x, repeat(-1), repeat(-MAX_INT), emitter.ints(axes), repeat(-1)]);
  },
  gradient: ({ attributes }, g) => [reverse(g, attributes.axes as readonly number[])],
};

export const concatOp: Op = {
  name: "concat",
  infer: (inputs, attributes) => {
    const axis = attributes.axis as number;
    const [first] = inputs;
    const fits = inputs.every(
      ({ shape }) =>
        shape.length === first.shape.length && shape.every((extent, a) => a === axis || extent === first.shape[a]),
    );
    if (!fits) {
      const shapes = inputs.map(({ shape }) => formatShape(shape)).join(" and ");
      throw new ShapeError("concat", `shapes that differ along axis ${axis} only`, shapes);
    }
    return first.shape.map((extent, a) => (a === axis ? inputs.reduce((sum, { shape }) => sum + shape[a], 0) : extent));
  },
  emit: (emitter, inputs, { attributes }) => emitter.node("Concat", inputs, { axis: attributes.axis as number }),
  gradient: ({ inputs, attributes }, g, wanted) => {
    const axis = attributes.axis as number;
    let start = 0;
    return inputs.map((x, index) => {
      const from = start;
      start += x.shape[axis];
      return wanted[index] ? sliceAxis(g, axis, from, start) : undefined;
    });
  },
};

/** The box from `starts` (included) to `ends` (excluded). */
export function slice(x: Tensor, starts: readonly number[], ends: readonly number[]): Tensor {
  return starts.length === ends.length && starts.every((start) => start === 0) && sameShape(ends, x.shape)
    ? x
    : apply(sliceOp, [x], { starts: [...starts], ends: [...ends] });
}

/** `start` (included) to `end` (excluded) along one axis. */
export function sliceAxis(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = normalizeAxis("sliceAxis", axis, x.shape.length);
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= x.shape[at])) {
    throw new ShapeError("sliceAxis", `a part of axis ${at} of ${formatShape(x.shape)}`, `${start} to ${end}`);
  }
  const starts = x.shape.map((_, a) => (a === at ? start : 0));
  return slice(
    x,
    starts,
    x.shape.map((extent, a) => (a === at ? end : extent)),
  );
}

/** Adds a constant border. */
export function pad(x: Tensor, before: Shape, after: Shape, value = 0): Tensor {
  const fits = before.length === x.shape.length && after.length === before.length;
  return fits && [...before, ...after].every((width) => width === 0)
    ? x
    : apply(padOp, [x], { before: [...before], after: [...after], value });
}

/** Turns the order along some axes around. */
export function reverse(x: Tensor, axes: readonly number[]): Tensor {
  const found = axes.map((axis) => normalizeAxis("reverse", axis, x.shape.length));
  if (new Set(found).size < found.length) throw new ShapeError("reverse", "axes that differ", `[${axes}]`);
  return found.length === 0 ? x : apply(reverseOp, [x], { axes: found });
}

/** Joins along an axis (the channels by default). */
export function concat(tensors: readonly Tensor[], axis = 1): Tensor {
  if (tensors.length === 0) throw new ShapeError("concat", "at least one tensor", "none");
  const at = normalizeAxis("concat", axis, tensors[0].shape.length);
  return tensors.length === 1 ? tensors[0] : apply(concatOp, tensors, { axis: at });
}
