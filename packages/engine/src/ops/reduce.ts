import { ShapeError } from "../errors.ts";
import { normalizeAxis, type Shape, sizeOf } from "../shape.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { equal } from "./compare.ts";
import { expand } from "./reshape.ts";

function keptShape(x: Tensor, axes: readonly number[]): Shape {
  return x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

export const reduceSumOp: Op = {
  name: "reduceSum",
  infer: ([x], { axes }) => keptShape(x, axes as readonly number[]),
  emit: (emitter, [x], { attributes }) =>
    emitter.node("ReduceSum", [x, emitter.ints(attributes.axes as readonly number[])], { keepdims: 1 }),
  gradient: ({ inputs: [x] }, g) => [expand(g, x.shape)],
};

export const reduceMaxOp: Op = {
  name: "reduceMax",
  infer: ([x], { axes }) => keptShape(x, axes as readonly number[]),
  emit: (emitter, [x], { attributes }) =>
    emitter.node("ReduceMax", [x, emitter.ints(attributes.axes as readonly number[])], { keepdims: 1 }),
  // Ties share the gradient, which is a valid subgradient.
  gradient: (y, g) => {
    const [x] = y.inputs;
    const hits = equal(x, y);
    return [mul(hits, div(g, reduceSum(hits, y.attributes.axes as readonly number[])))];
  },
};

function normalized(op: string, x: Tensor, axes: readonly number[] | undefined): readonly number[] {
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  const found = axes.map((axis) => normalizeAxis(op, axis, x.shape.length));
  if (new Set(found).size < found.length) throw new ShapeError(op, "axes that differ", `[${axes}]`);
  return found;
}

/** Sum over axes (all by default); the axes stay, with extent 1. */
export function reduceSum(x: Tensor, axes?: readonly number[]): Tensor {
  const found = normalized("reduceSum", x, axes);
  return found.length === 0 ? x : apply(reduceSumOp, [x], { axes: found }); // ONNX takes no axes for all axes
}

/** Largest value over axes (all by default); the axes stay, with extent 1. */
export function reduceMax(x: Tensor, axes?: readonly number[]): Tensor {
  const found = normalized("reduceMax", x, axes);
  return found.length === 0 ? x : apply(reduceMaxOp, [x], { axes: found });
}

/** Mean over axes (all by default); the axes stay, with extent 1. */
export function reduceMean(x: Tensor, axes?: readonly number[]): Tensor {
  const all = normalized("reduceMean", x, axes);
  return mul(reduceSum(x, all), 1 / sizeOf(all.map((axis) => x.shape[axis])));
}
