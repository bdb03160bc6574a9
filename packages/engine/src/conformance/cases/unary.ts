import { leakyRelu, logSoftmax, relu, softmax } from "../../ops/activation.ts";
import { abs, cos, exp, floor, log, neg, sigmoid, sqrt, square, tanh } from "../../ops/unary.ts";
import { input, type Tensor } from "../../tensor.ts";
import type { NdArray } from "../nd-array.ts";
import { awayFromZero, between, type Draw, fixedInput, normal, type OpConformance } from "../op-case.ts";
import { map } from "../twins/elementwise.ts";
import { logSoftmaxTwin } from "../twins/reduce.ts";

const SHAPES: readonly (readonly number[])[] = [[], [7], [1, 2, 3, 4], [2, 3, 2, 2, 3]];

function unary(
  build: (x: Tensor) => Tensor,
  twin: (x: number) => number,
  draw: (shape: readonly number[]) => Draw = awayFromZero,
): OpConformance {
  const cases = SHAPES.map((shape) => ({
    name: `[${shape}]`,
    inputs: [draw(shape)],
    build,
    twin: (x: NdArray) => map(x, twin),
  }));
  return { cases, bad: [] }; // every shape is welcome
}

const positive = (shape: readonly number[]): Draw => between(0.3, 3, shape);

export const NEG: OpConformance = unary(neg, (x) => -x);
export const EXP: OpConformance = unary(exp, Math.exp);
export const LOG: OpConformance = unary(log, Math.log, positive);
export const SQRT: OpConformance = unary(sqrt, Math.sqrt, positive);
export const ABS: OpConformance = unary(abs, Math.abs);
export const SIGMOID: OpConformance = unary(sigmoid, (x) => 1 / (1 + Math.exp(-x)));
export const TANH: OpConformance = unary(tanh, Math.tanh);
export const SQUARE: OpConformance = unary(square, (x) => x * x);
export const FLOOR: OpConformance = unary(floor, Math.floor, (shape) => fixedInput(awayFromZero(shape)));
export const COS: OpConformance = unary(cos, Math.cos, (shape) => fixedInput(normal(shape)));
export const RELU: OpConformance = unary(relu, (x) => Math.max(x, 0));

const leaky =
  (slope: number) =>
  (x: number): number =>
    x > 0 ? x : slope * x;

export const LEAKY_RELU: OpConformance = {
  cases: [...unary(leakyRelu, leaky(0.2)).cases, ...unary((x) => leakyRelu(x, 0.01), leaky(0.01)).cases],
  bad: [],
};

function alongAxis(
  build: (x: Tensor, axis?: number) => Tensor,
  twin: (x: NdArray, axis: number) => NdArray,
): OpConformance {
  return {
    cases: [
      { name: "channels, 2-D", inputs: [normal([1, 4, 2, 3])], build: (x) => build(x), twin: (x) => twin(x, 1) },
      { name: "channels, 3-D", inputs: [normal([2, 3, 2, 2, 2])], build: (x) => build(x), twin: (x) => twin(x, 1) },
      { name: "last axis", inputs: [normal([2, 5])], build: (x) => build(x, -1), twin: (x) => twin(x, 1) },
      { name: "large values", inputs: [between(80, 90, [2, 4])], build: (x) => build(x), twin: (x) => twin(x, 1) },
    ],
    bad: [() => build(input("x", [2, 3]), 2), () => build(input("x", [2]))],
  };
}

export const LOG_SOFTMAX: OpConformance = alongAxis(logSoftmax, logSoftmaxTwin);
export const SOFTMAX: OpConformance = alongAxis(softmax, (x, axis) => map(logSoftmaxTwin(x, axis), Math.exp));
