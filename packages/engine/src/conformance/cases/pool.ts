import { averagePool, globalAveragePool, maxPool, upsampleLinear, upsampleNearest } from "../../ops/pool.ts";
import { input, type Tensor } from "../../tensor.ts";
import type { NdArray } from "../nd-array.ts";
import { distinct, normal, type OpConformance } from "../op-case.ts";
import { reshapeTwin } from "../twins/layout.ts";
import { averagePoolTwin, maxPoolTwin, upsampleLinearTwin, upsampleNearestTwin } from "../twins/pool.ts";

type Blocks = readonly [shape: readonly number[], size: number | readonly number[]];

function blockwise(
  build: (x: Tensor, size?: number | readonly number[]) => Tensor,
  twin: (x: NdArray, size: readonly number[]) => NdArray,
  good: readonly Blocks[],
  bad: readonly Blocks[],
): OpConformance {
  return {
    cases: good.map(([shape, size]) => ({
      name: `[${shape}] by ${JSON.stringify(size)}`,
      inputs: [distinct(shape)],
      build: (x: Tensor) => build(x, size),
      twin: (x: NdArray) => twin(x, typeof size === "number" ? shape.slice(2).map(() => size) : size),
    })),
    bad: bad.map(
      ([shape, size]) =>
        () =>
          build(input("x", shape), size),
    ),
  };
}

const POOLED: readonly Blocks[] = [
  [[1, 2, 4, 6], 2],
  [
    [2, 1, 3, 4],
    [3, 2],
  ],
  [[1, 2, 4, 2, 4], 2],
  [
    [2, 2, 2, 3, 2],
    [1, 3, 2],
  ],
];
const NOT_POOLED: readonly Blocks[] = [
  [[1, 2, 5, 4], 2],
  [
    [1, 2, 4, 4],
    [2, 2, 2],
  ],
  [[2, 3], []],
  [[1, 2, 4], 0],
];

export const AVERAGE_POOL: OpConformance = blockwise(averagePool, averagePoolTwin, POOLED, NOT_POOLED);
export const MAX_POOL: OpConformance = blockwise(maxPool, maxPoolTwin, POOLED, NOT_POOLED);

export const UPSAMPLE_NEAREST: OpConformance = blockwise(
  upsampleNearest,
  upsampleNearestTwin,
  [
    [[1, 2, 3, 2], 2],
    [
      [2, 1, 2, 2],
      [1, 3],
    ],
    [[2, 2, 2, 1, 2], 2],
  ],
  [
    [
      [1, 2, 4],
      [2, 2],
    ],
    [[2, 3], []],
    [[1, 2, 4], 1.5],
  ],
);

export const UPSAMPLE_LINEAR: OpConformance = {
  cases: (
    [
      [[1, 2, 3, 4], 2],
      [[2, 1, 2, 3], 3],
      [[1, 2, 2, 3, 2], 2],
      [[2, 1, 1, 2, 2], 2],
    ] as const
  ).map(([shape, factor]) => ({
    name: `[${shape}] by ${factor}`,
    inputs: [normal(shape)],
    build: (x: Tensor) => upsampleLinear(x, factor),
    twin: (x: NdArray) => upsampleLinearTwin(x, factor),
  })),
  bad: [() => upsampleLinear(input("x", [2, 3])), () => upsampleLinear(input("x", [1, 2, 3]), 0.5)],
};

export const GLOBAL_AVERAGE_POOL: OpConformance = {
  cases: [
    [2, 3, 3, 2],
    [1, 2, 2, 3, 2],
  ].map((shape) => ({
    name: `[${shape}]`,
    inputs: [normal(shape)],
    build: globalAveragePool,
    twin: (x: NdArray) => reshapeTwin(averagePoolTwin(x, shape.slice(2)), shape.slice(0, 2)),
  })),
  bad: [() => globalAveragePool(input("x", [2, 3]))],
};
