import { add, div, mul, sub } from "../../ops/arithmetic.ts";
import { channelConstant, equal, greater, maximum, minimum, oneHot } from "../../ops/compare.ts";
import { input, type Tensor } from "../../tensor.ts";
import { filled, type NdArray } from "../nd-array.ts";
import { awayFromZero, type Draw, distinct, fixedInput, integers, normal, type OpConformance } from "../op-case.ts";
import { zip } from "../twins/elementwise.ts";

type Binary = (a: Tensor, b: Tensor) => Tensor;

/** Equal shapes in 2-D and 3-D, then broadcasting both ways, a channel vector and a scalar. */
const SHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ],
  [
    [2, 3, 2, 2, 2],
    [2, 3, 2, 2, 2],
  ],
  [
    [2, 3, 2, 2],
    [1, 3, 1, 1],
  ],
  [
    [3, 1],
    [2, 1, 4],
  ],
  [[2, 3], []],
];

const lastAxisDiffers: readonly [Tensor, Tensor] = [input("a", [2, 3]), input("b", [2, 4])];

function binary(
  build: Binary,
  twin: (a: number, b: number) => number,
  draw: (shape: readonly number[]) => Draw = awayFromZero,
): OpConformance {
  return {
    cases: SHAPES.map(([a, b]) => ({
      name: `[${a}] and [${b}]`,
      inputs: [draw(a), draw(b)],
      build,
      twin: (x: NdArray, y: NdArray) => zip(x, y, twin),
    })),
    bad: [() => build(...lastAxisDiffers), () => build(input("a", [1, 2, 3]), input("b", [3, 3]))],
  };
}

const comparable = (shape: readonly number[]): Draw => fixedInput(integers(3, shape));

export const ADD: OpConformance = binary(add, (a, b) => a + b);
export const SUB: OpConformance = binary(sub, (a, b) => a - b);
export const MUL: OpConformance = binary(mul, (a, b) => a * b);
export const DIV: OpConformance = binary(div, (a, b) => a / b);
export const MAXIMUM: OpConformance = binary(maximum, (a, b) => Math.max(a, b), normal);
export const MINIMUM: OpConformance = binary(minimum, (a, b) => Math.min(a, b), normal);
export const GREATER: OpConformance = binary(greater, (a, b) => (a > b ? 1 : 0), comparable);
export const EQUAL: OpConformance = binary(equal, (a, b) => (a === b ? 1 : 0), comparable);

export const ONE_HOT: OpConformance = {
  cases: [
    [1, 1, 4, 3],
    [2, 1, 2, 3, 2],
  ].map((shape) => ({
    name: `[${shape}]`,
    inputs: [integers(4, shape)],
    build: (labels: Tensor) => oneHot(labels, 4),
    twin: (labels: NdArray) =>
      zip(
        labels,
        filled([1, 4, ...shape.slice(2).map(() => 1)], ([, c]) => c),
        (label, c) => (label === c ? 1 : 0),
      ),
  })),
  bad: [() => oneHot(input("labels", [1, 2, 3]), 3), () => oneHot(input("labels", [1, 1, 3]), 0)],
};

export const CHANNEL_CONSTANT: OpConformance = {
  cases: [
    {
      name: "times an image",
      inputs: [distinct([2, 3, 2, 2])],
      build: (x) => mul(x, channelConstant([1, -2, 3], 4)),
      twin: (x) =>
        zip(
          x,
          filled([1, 3, 1, 1], ([, c]) => [1, -2, 3][c]),
          (a, b) => a * b,
        ),
    },
  ],
  bad: [],
};
