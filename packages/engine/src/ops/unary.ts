import { apply, type Op, type Tensor } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { greater } from "./compare.ts";

/** `rule(x, y, g)` is g times dy/dx. */
function unary(name: string, onnx: string, rule?: (x: Tensor, y: Tensor, g: Tensor) => Tensor): Op {
  const op: Op = {
    name,
    infer: ([x]) => x.shape,
    emit: (emitter, inputs) => emitter.node(onnx, inputs),
  };
  return rule === undefined ? op : { ...op, gradient: (y, g) => [rule(y.inputs[0], y, g)] };
}

export const negOp: Op = unary("neg", "Neg", (_x, _y, g) => neg(g));
export const expOp: Op = unary("exp", "Exp", (_x, y, g) => mul(g, y));
export const logOp: Op = unary("log", "Log", (x, _y, g) => div(g, x));
export const sqrtOp: Op = unary("sqrt", "Sqrt", (_x, y, g) => div(mul(g, 0.5), y));
export const absOp: Op = unary("abs", "Abs", (x, _y, g) => mul(g, sub(greater(x, 0), greater(0, x))));
export const sigmoidOp: Op = unary("sigmoid", "Sigmoid", (_x, y, g) => mul(g, mul(y, sub(1, y))));
export const tanhOp: Op = unary("tanh", "Tanh", (_x, y, g) => mul(g, sub(1, mul(y, y))));
export const floorOp: Op = unary("floor", "Floor");
export const cosOp: Op = unary("cos", "Cos");

/** -x */
export function neg(x: Tensor): Tensor {
  return apply(negOp, [x]);
}

/** e^x */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x]);
}

/** ln x, for x > 0. */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x]);
}

/** Square root, for x > 0: the slope at 0 is infinite, so add a floor first. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtOp, [x]);
}

/** |x|, with slope 0 at 0. ONNX's Sign is missing on WebGPU, hence the comparisons. */
export function abs(x: Tensor): Tensor {
  return apply(absOp, [x]);
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: Tensor): Tensor {
  return apply(sigmoidOp, [x]);
}

export function tanh(x: Tensor): Tensor {
  return apply(tanhOp, [x]);
}

/** Largest integer <= x. Not differentiable. */
export function floor(x: Tensor): Tensor {
  return apply(floorOp, [x]);
}

/** Cosine. Only schedules use it, so it carries no gradient. */
export function cos(x: Tensor): Tensor {
  return apply(cosOp, [x]);
}

/** x^2 */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}
