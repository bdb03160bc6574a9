import { linearAlongAxis, matmul } from "../../ops/matmul.ts";
import { reduceMax, reduceMean, reduceSum } from "../../ops/reduce.ts";
import { input, type Tensor } from "../../tensor.ts";
import { type NdArray, total } from "../nd-array.ts";
import { distinct, normal, type OpConformance } from "../op-case.ts";
import { linearAlongAxisTwin, matmulTwin } from "../twins/matmul.ts";
import { reduce } from "../twins/reduce.ts";

function reduction(
  build: (x: Tensor, axes?: readonly number[]) => Tensor,
  fold: (values: readonly number[]) => number,
): OpConformance {
  const axesOf: readonly (readonly [readonly number[], readonly number[] | undefined])[] = [
    [[1, 2, 3, 4], undefined],
    [[2, 3, 2, 2, 2], undefined],
    [
      [2, 3, 2, 4],
      [2, 3],
    ],
    [
      [2, 3, 2, 2, 2],
      [0, 2, 3, 4],
    ],
    [[2, 3, 4], [1]],
    [[2, 3, 4], [-1]],
    [[2, 3], []],
  ];
  return {
    cases: axesOf.map(([shape, axes]) => ({
      name: `[${shape}] over ${axes === undefined ? "all" : `[${axes}]`}`,
      inputs: [distinct(shape)],
      build: (x: Tensor) => build(x, axes),
      twin: (x: NdArray) =>
        reduce(
          x,
          (axes ?? shape.map((_, axis) => axis)).map((axis) => (axis < 0 ? axis + shape.length : axis)),
          fold,
        ),
    })),
    bad: [() => build(input("x", [2, 3]), [2]), () => build(input("x", [2, 3]), [1, -1])],
  };
}

export const REDUCE_SUM: OpConformance = reduction(reduceSum, total);
export const REDUCE_MEAN: OpConformance = reduction(reduceMean, (values) => total(values) / values.length);
export const REDUCE_MAX: OpConformance = reduction(reduceMax, (values) => Math.max(...values));

export const MATMUL: OpConformance = {
  cases: (
    [
      [
        [3, 4],
        [4, 2],
      ],
      [
        [2, 3, 4],
        [2, 4, 2],
      ],
      [
        [2, 1, 3, 4],
        [3, 4, 2],
      ],
      [
        [3, 4],
        [2, 4, 5],
      ],
    ] as const
  ).map(([a, b]) => ({ name: `[${a}] by [${b}]`, inputs: [normal(a), normal(b)], build: matmul, twin: matmulTwin })),
  bad: [
    () => matmul(input("a", [3, 4]), input("b", [3, 4])),
    () => matmul(input("a", [3]), input("b", [3, 4])),
    () => matmul(input("a", [2, 3, 4]), input("b", [3, 4, 2])),
  ],
};

const MATRIX: NdArray = { shape: [2, 3], data: Float64Array.of(0.5, -1, 2, 1, 0.25, 0) };
const matrix = { rows: 2, columns: 3, values: Float32Array.from(MATRIX.data) };

export const LINEAR_ALONG_AXIS: OpConformance = {
  cases: (
    [
      [[2, 3, 4], 1],
      [[2, 2, 3, 3], 2],
      [[1, 2, 2, 2, 3], -1],
      [[1, 2, 3, 2, 2], 2],
      [[3, 2], 0],
    ] as const
  ).map(([shape, axis]) => ({
    name: `[${shape}] axis ${axis}`,
    inputs: [normal(shape)],
    build: (x: Tensor) => linearAlongAxis(x, matrix, axis),
    twin: (x: NdArray) => linearAlongAxisTwin(x, MATRIX, axis < 0 ? axis + shape.length : axis),
  })),
  bad: [
    () => linearAlongAxis(input("x", [2, 4]), matrix, 1),
    () => linearAlongAxis(input("x", [2, 3]), matrix, 2),
    () => linearAlongAxis(input("x", [2, 3]), { ...matrix, values: new Float32Array(5) }, 1),
  ],
};
