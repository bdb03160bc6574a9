import { overlappingMaxPool, type PoolOptions } from "../../ops/pool-overlapping.ts";
import { input, type Tensor } from "../../tensor.ts";
import type { NdArray } from "../nd-array.ts";
import { distinct, type OpConformance } from "../op-case.ts";
import { overlappingMaxPoolTwin } from "../twins/pool-overlapping.ts";

type Windows = readonly [shape: readonly number[], options: PoolOptions];

const POOLED: readonly Windows[] = [
  [[2, 2, 7], {}],
  [[1, 2, 6, 5], {}],
  [[1, 2, 5, 4, 6], {}],
  [[2, 1, 3, 2, 1], {}],
  [[1, 2, 6, 7], { kernel: [3, 2], stride: [1, 3], padding: [1, 0] }],
  [[1, 2, 5, 4, 3], { kernel: 1, stride: 2, padding: 0 }],
  [[1, 1, 4, 7, 3], { kernel: [1, 4, 2], stride: [2, 3, 1], padding: [0, 2, 1] }],
  [[1, 1, 5], { kernel: 2, stride: 4, padding: 0 }],
];

const NOT_POOLED: readonly Windows[] = [
  [[2, 3], {}],
  [[1, 2, 4], { kernel: 0 }],
  [[1, 2, 4], { stride: 1.5 }],
  [[1, 2, 4, 4], { kernel: [3, 3, 3] }],
  [[1, 2, 4], { kernel: 3, padding: 2 }],
  [[1, 2, 2], { kernel: 3, padding: 0 }],
];

export const OVERLAPPING_MAX_POOL: OpConformance = {
  cases: POOLED.map(([shape, options]) => ({
    name: `[${shape}] ${JSON.stringify(options)}`,
    inputs: [distinct(shape)],
    build: (x: Tensor) => overlappingMaxPool(x, options),
    twin: (x: NdArray) => overlappingMaxPoolTwin(x, options),
  })),
  bad: NOT_POOLED.map(
    ([shape, options]) =>
      () =>
        overlappingMaxPool(input("x", shape), options),
  ),
};
