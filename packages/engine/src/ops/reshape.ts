import { ShapeError } from "../errors.ts";
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from "../shape.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { sumTo } from "./arithmetic.ts";

export const reshapeOp: Op = {
  name: "reshape",
  infer: ([x], { shape }) => {
    const wanted = shape as Shape;
    const whole = wanted.every((extent) => Number.isInteger(extent) && extent > 0);
    if (!whole || sizeOf(x.shape) !== sizeOf(wanted)) {
      throw new ShapeError("reshape", `${sizeOf(x.shape)} elements of ${formatShape(x.shape)}`, formatShape(wanted));
    }
    return wanted;
  },
  emit: (emitter, [x], { shape }) => emitter.node("Reshape", [x, emitter.ints(shape)]),
  gradient: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
};

export const expandOp: Op = {
  name: "expand",
  infer: ([x], { shape }) => {
    const wanted = shape as Shape;
    if (!sameShape(broadcastShapes("expand", x.shape, wanted), wanted)) {
      throw new ShapeError("expand", `a shape that ${formatShape(x.shape)} stretches to`, formatShape(wanted));
    }
    return wanted;
  },
  emit: (emitter, [x], { shape }) => emitter.node("Expand", [x, emitter.ints(shape)]),
  gradient: ({ inputs: [x] }, g) => [sumTo(g, x.shape)],
};

export const transposeOp: Op = {
  name: "transpose",
  infer: ([x], { order }) => {
    const axes = order as readonly number[];
    if (axes.length !== x.shape.length || [...axes].sort((a, b) => a - b).some((axis, index) => axis !== index)) {
      throw new ShapeError("transpose", `an order of the ${x.shape.length} axes of ${formatShape(x.shape)}`, `${axes}`);
    }
    return axes.map((axis) => x.shape[axis]);
  },
  emit: (emitter, [x], { attributes }) => emitter.node("Transpose", [x], { perm: attributes.order as number[] }),
  gradient: ({ attributes }, g) => {
    const order = attributes.order as readonly number[];
    return [
      transpose(
        g,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },
};

/** The same elements in another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape: [...shape] });
}

/** Stretches extents of 1. */
export function expand(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply(expandOp, [x], { shape: [...shape] });
}

/** Axis `order[a]` of x becomes axis a. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  return order.every((axis, index) => axis === index) && order.length === x.shape.length
    ? x
    : apply(transposeOp, [x], { order: [...order] });
}
