import { ShapeError } from "../errors.ts";
import { broadcastShapes, formatShape } from "../shape.ts";
import { apply, asTensor, constant, type Op, type Tensor } from "../tensor.ts";
import { mul, sub, sumTo } from "./arithmetic.ts";

/** Comparisons give 1 and 0 as float32, so that masks multiply; they have no gradient. */
function comparison(name: string, onnx: string): Op {
  return {
    name,
    infer: ([a, b]) => broadcastShapes(name, a.shape, b.shape),
    emit: (emitter, inputs) => emitter.node("Cast", [emitter.node(onnx, inputs)], { to: 1 }),
  };
}

export const greaterOp: Op = comparison("greater", "Greater");
export const equalOp: Op = comparison("equal", "Equal");

/** The smaller or larger of two; the gradient goes to the one that was taken, to b where they are equal. */
function extremum(name: string, onnx: string, firstWins: (a: Tensor, b: Tensor) => Tensor): Op {
  return {
    name,
    infer: ([a, b]) => broadcastShapes(name, a.shape, b.shape),
    emit: (emitter, inputs) => emitter.node(onnx, inputs),
    gradient: ({ inputs: [a, b] }, g, wanted) => {
      const first = firstWins(a, b);
      return [
        wanted[0] ? sumTo(mul(g, first), a.shape) : undefined,
        wanted[1] ? sumTo(mul(g, sub(1, first)), b.shape) : undefined,
      ];
    },
  };
}

export const maximumOp: Op = extremum("maximum", "Max", (a, b) => greater(a, b));
export const minimumOp: Op = extremum("minimum", "Min", (a, b) => greater(b, a));

/** 1 where a > b, else 0. */
export function greater(a: Tensor | number, b: Tensor | number): Tensor {
  return apply(greaterOp, [asTensor(a), asTensor(b)]);
}

/** 1 where a = b, else 0. */
export function equal(a: Tensor | number, b: Tensor | number): Tensor {
  return apply(equalOp, [asTensor(a), asTensor(b)]);
}

/** max(a, b), broadcasting. */
export function maximum(a: Tensor | number, b: Tensor | number): Tensor {
  return apply(maximumOp, [asTensor(a), asTensor(b)]);
}

/** min(a, b), broadcasting. */
export function minimum(a: Tensor | number, b: Tensor | number): Tensor {
  return apply(minimumOp, [asTensor(a), asTensor(b)]);
}

/** One-hot: labels `[N, 1, ...]` holding 0..classes-1 become `[N, classes, ...]` of exact 0 and 1. */
export function oneHot(labels: Tensor, classes: number): Tensor {
  if (labels.shape.length < 2 || labels.shape[1] !== 1 || !Number.isInteger(classes) || classes < 1) {
    const got = `${formatShape(labels.shape)} and ${classes}`;
    throw new ShapeError("oneHot", "labels [N, 1, ...] and at least one class", got);
  }
  const values = Float32Array.from({ length: classes }, (_, index) => index);
  return equal(labels, channelConstant(values, labels.shape.length));
}

/** Values per channel, shaped `[1, C, 1, ...]` to broadcast over a tensor of that rank. */
export function channelConstant(values: ArrayLike<number>, rank: number): Tensor {
  return constant(values, [1, values.length, ...Array.from({ length: rank - 2 }, () => 1)]);
}
