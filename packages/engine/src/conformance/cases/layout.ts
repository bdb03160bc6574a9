import { mul } from "../../ops/arithmetic.ts";
import { expand, reshape, transpose } from "../../ops/reshape.ts";
import { concat, pad, reverse, slice, sliceAxis } from "../../ops/slice.ts";
import { input, type Tensor } from "../../tensor.ts";
import type { NdArray } from "../nd-array.ts";
import { normal, type OpConformance } from "../op-case.ts";
import { map } from "../twins/elementwise.ts";
import {
  concatTwin,
  expandTwin,
  padTwin,
  reshapeTwin,
  reverseTwin,
  sliceTwin,
  transposeTwin,
} from "../twins/layout.ts";

interface Layout<Argument> {
  readonly shape: readonly number[];
  readonly argument: Argument;
}

function layout<Argument>(
  build: (x: Tensor, argument: Argument) => Tensor,
  twin: (x: NdArray, argument: Argument) => NdArray,
  good: readonly Layout<Argument>[],
  bad: readonly Layout<Argument>[],
): OpConformance {
  return {
    cases: good.map(({ shape, argument }) => ({
      name: `[${shape}], ${JSON.stringify(argument)}`,
      inputs: [normal(shape)],
      build: (x: Tensor) => build(x, argument),
      twin: (x: NdArray) => twin(x, argument),
    })),
    bad: bad.map(
      ({ shape, argument }) =>
        () =>
          build(input("x", shape), argument),
    ),
  };
}

const of = <Argument>(shape: readonly number[], argument: Argument): Layout<Argument> => ({ shape, argument });

export const RESHAPE: OpConformance = layout(
  reshape,
  reshapeTwin,
  [of([2, 6], [3, 4]), of([2, 3, 2, 2], [24]), of([1], []), of([2, 3], [2, 3])],
  [of([2, 6], [5]), of([2, 3], [-2, -3]), of([2, 3], [6, 0.5, 2])],
);

export const EXPAND: OpConformance = layout(
  expand,
  expandTwin,
  [of([1, 3, 1], [2, 3, 4]), of([3], [2, 3]), of([], [2, 2]), of([2, 3], [2, 3])],
  [of([2, 3], [2, 4]), of([2, 3], [3]), of([2, 3], [2, 1])],
);

export const TRANSPOSE: OpConformance = layout(
  transpose,
  transposeTwin,
  [of([2, 3], [1, 0]), of([2, 3, 4], [1, 2, 0]), of([1, 2, 2, 3, 2], [0, 2, 4, 3, 1]), of([2, 3], [0, 1])],
  [of([2, 3], [0]), of([2, 3], [0, 0]), of([2, 3], [1, 2])],
);

type Box = readonly [readonly number[], readonly number[]];

export const SLICE: OpConformance = layout<Box>(
  (x, [starts, ends]) => slice(x, starts, ends),
  (x, [starts, ends]) => sliceTwin(x, starts, ends),
  [
    of<Box>(
      [4, 5],
      [
        [1, 2],
        [3, 5],
      ],
    ),
    of<Box>(
      [1, 2, 3, 4, 3],
      [
        [0, 0, 1, 0, 2],
        [1, 2, 3, 4, 3],
      ],
    ),
    of<Box>(
      [2, 3],
      [
        [0, 0],
        [2, 3],
      ],
    ),
  ],
  [of<Box>([4], [[1], [5]]), of<Box>([4], [[2], [2]]), of<Box>([4], [[-1], [2]]), of<Box>([4], [[], []])],
);

type Part = readonly [axis: number, start: number, end: number];

export const SLICE_AXIS: OpConformance = layout<Part>(
  (x, part) => sliceAxis(x, ...part),
  (x, [axis, start, end]) => {
    const at = axis < 0 ? axis + x.shape.length : axis;
    return sliceTwin(
      x,
      x.shape.map((_, a) => (a === at ? start : 0)),
      x.shape.map((extent, a) => (a === at ? end : extent)),
    );
  },
  [of<Part>([2, 5, 3], [1, 1, 4]), of<Part>([2, 2, 3, 4], [-1, 2, 4]), of<Part>([3], [0, 0, 3])],
  [of<Part>([3], [1, 0, 1]), of<Part>([3], [0, 0, 4]), of<Part>([3], [0, 2, 2]), of<Part>([3], [0, -1, 2])],
);

type Border = readonly [before: readonly number[], after: readonly number[], value: number];

export const PAD: OpConformance = layout<Border>(
  (x, [before, after, value]) => pad(x, before, after, value),
  (x, [before, after, value]) => padTwin(x, before, after, value),
  [
    of<Border>([2, 3], [[1, 0], [0, 2], 0]),
    of<Border>([1, 2, 2, 3], [[0, 0, 1, 2], [0, 0, 2, 1], 1.5]),
    of<Border>([1, 2, 2, 2, 2], [[0, 0, 1, 0, 1], [0, 0, 0, 1, 1], 0]),
    of<Border>([2], [[0], [0], 3]),
  ],
  [of<Border>([2, 3], [[1], [0, 1], 0]), of<Border>([2], [[-1], [0], 0]), of<Border>([2], [[0], [0, 0], 0])],
);

export const REVERSE: OpConformance = layout(
  reverse,
  reverseTwin,
  [of([4], [0]), of([2, 3, 4], [1, 2]), of([1, 2, 3, 2, 2], [2, 3, 4]), of([3], [])],
  [of([4], [1]), of([4, 2], [1, 1])],
);

export const CONCAT: OpConformance = {
  cases: [
    {
      name: "channels of three",
      inputs: [normal([2, 1, 3]), normal([2, 2, 3]), normal([2, 3, 3])],
      build: (...parts) => concat(parts),
      twin: (...parts) => concatTwin(parts, 1),
    },
    {
      name: "last axis, the same tensor twice",
      inputs: [normal([1, 2, 2, 2, 2])],
      build: (x) => concat([x, mul(x, 2)], -1),
      twin: (x) => concatTwin([x, map(x, (value) => 2 * value)], 4),
    },
    { name: "one part", inputs: [normal([2, 2])], build: (x) => concat([x]), twin: (x) => x },
  ],
  bad: [
    () => concat([]),
    () => concat([input("a", [2, 2]), input("b", [3, 2])]),
    () => concat([input("a", [2, 2]), input("b", [2, 2])], 2),
    () => concat([input("a", [2, 2]), input("b", [2, 2, 2])]),
  ],
};
