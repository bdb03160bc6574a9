import { broadcastShapes, type Shape, sameShape } from "../shape.ts";
import { apply, asTensor, type Op, type Tensor } from "../tensor.ts";
import { reduceSum } from "./reduce.ts";
import { reshape } from "./reshape.ts";

/** The transpose of broadcasting: sums the axes along which `shape` was stretched. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(axes.length > 0 ? reduceSum(gradient, axes) : gradient, shape);
}

type Rule = (a: Tensor, b: Tensor, output: Tensor, wanted: readonly boolean[]) => readonly (Tensor | undefined)[];

function binary(name: string, onnx: string, rule: Rule): Op {
  return {
    name,
    infer: ([a, b]) => broadcastShapes(name, a.shape, b.shape),
    emit: (emitter, inputs) => emitter.node(onnx, inputs),
    gradient: ({ inputs: [a, b] }, output, wanted) => {
      const [left, right] = rule(a, b, output, wanted);
      return [left && sumTo(left, a.shape), right && sumTo(right, b.shape)];
    },
  };
}

export const addOp: Op = binary("add", "Add", (_a, _b, g) => [g, g]);
export const subOp: Op = binary("sub", "Sub", (_a, _b, g, wanted) => [g, wanted[1] ? mul(g, -1) : undefined]);
export const mulOp: Op = binary("mul", "Mul", (a, b, g, wanted) => [
  wanted[0] ? mul(g, b) : undefined,
  wanted[1] ? mul(g, a) : undefined,
]);
export const divOp: Op = binary("div", "Div", (a, b, g, wanted) => [
  wanted[0] ? div(g, b) : undefined,
  wanted[1] ? mul(div(mul(g, a), mul(b, b)), -1) : undefined,
]);

type Operand = Tensor | number;

/** a + b, broadcasting. */
export function add(a: Operand, b: Operand): Tensor {
  return apply(addOp, [asTensor(a), asTensor(b)]);
}

/** a - b, broadcasting. */
export function sub(a: Operand, b: Operand): Tensor {
  return apply(subOp, [asTensor(a), asTensor(b)]);
}

/** a * b, element by element, broadcasting. */
export function mul(a: Operand, b: Operand): Tensor {
  return apply(mulOp, [asTensor(a), asTensor(b)]);
}

/** a / b, element by element, broadcasting; b must stay away from 0. */
export function div(a: Operand, b: Operand): Tensor {
  return apply(divOp, [asTensor(a), asTensor(b)]);
}
