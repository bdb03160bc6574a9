import { type ConvOptions, conv } from "../../ops/conv.ts";
import { convUpsampled } from "../../ops/conv-upsampled.ts";
import { input } from "../../tensor.ts";
import { normal, type OpCase, type OpConformance } from "../op-case.ts";
import { convTwin } from "../twins/conv.ts";
import { upsampleNearestTwin } from "../twins/pool.ts";

interface Setting {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly options?: ConvOptions;
}

const SETTINGS: readonly Setting[] = [
  { x: [1, 2, 9], weight: [3, 2, 3] },
  { x: [1, 1, 4, 5], weight: [2, 1, 3, 3] },
  { x: [2, 2, 5, 4], weight: [3, 2, 3, 3] },
  { x: [2, 3, 4, 4], weight: [2, 3, 3, 3] }, // fewer outputs than inputs: the other side is shifted
  { x: [1, 2, 6, 5], weight: [2, 2, 3, 3], options: { stride: 2 } },
  { x: [2, 2, 7, 6], weight: [2, 2, 3, 3], options: { stride: 2, padding: 0 } },
  { x: [1, 2, 6, 7], weight: [2, 2, 3, 3], options: { dilation: 2 } },
  { x: [1, 2, 8, 7], weight: [2, 2, 3, 3], options: { dilation: 2, stride: 2 } },
  { x: [1, 2, 6, 5], weight: [2, 2, 3, 2], options: { stride: [1, 2], dilation: [2, 1], padding: [2, 0] } },
  { x: [2, 1, 6, 5], weight: [2, 1, 3, 3] }, // large enough beside its padding for the flat shift
  { x: [1, 1, 8, 7], weight: [2, 1, 7, 7], options: { stride: 2 } }, // a residual network's first layer, but flat
  { x: [1, 2, 3, 4], weight: [2, 2, 3, 3], options: { dilation: 4 } }, // smaller than the kernel
  { x: [2, 2, 9, 6], weight: [2, 2, 3, 3], options: { dilation: 4, stride: 2 } },
  { x: [2, 3, 3, 2], weight: [2, 3, 1, 1] },
  { x: [1, 2, 4, 4], weight: [2, 2, 1, 1], options: { stride: 2 } },
  { x: [1, 2, 3, 3], weight: [2, 2, 1, 1], options: { padding: 1 } }, // padding that the kernel never reaches
  { x: [1, 1, 4, 4], weight: [2, 1, 2, 2], options: { stride: 2, padding: 0 } },
  { x: [1, 2, 4, 3, 4], weight: [3, 2, 3, 3, 3] },
  { x: [2, 2, 3, 3, 2], weight: [1, 2, 3, 3, 3] },
  { x: [1, 2, 4, 5, 4], weight: [2, 2, 3, 3, 3], options: { stride: 2 } },
  { x: [2, 1, 5, 4, 3], weight: [2, 1, 3, 3, 3], options: { stride: 2, padding: [0, 1, 1] } },
  { x: [1, 2, 5, 5, 4], weight: [1, 2, 3, 3, 3], options: { dilation: 2 } },
  { x: [1, 1, 6, 5, 5], weight: [2, 1, 3, 3, 3], options: { dilation: 2, stride: 2 } },
  { x: [2, 1, 4, 3, 4], weight: [1, 1, 3, 3, 3], options: { dilation: 2 } },
  { x: [1, 1, 6, 5, 4], weight: [1, 1, 3, 3, 3], options: { dilation: 4 } },
  { x: [2, 1, 3, 2, 5], weight: [2, 1, 3, 3, 3], options: { dilation: 4 } }, // smaller than the kernel
  { x: [1, 1, 1, 9, 3], weight: [1, 1, 3, 3, 3], options: { dilation: 4 } },
  { x: [1, 1, 2, 6, 6], weight: [2, 1, 1, 3, 3] },
  { x: [1, 1, 4, 5, 5], weight: [2, 1, 1, 3, 3] }, // large enough beside its padding for the flat shift
  { x: [1, 1, 3, 3, 4], weight: [1, 1, 5, 5, 5], options: { stride: 2 } },
  { x: [1, 2, 3, 3], weight: [3, 2, 5, 5], options: { stride: 2 } }, // kernels larger than both images
  { x: [1, 2, 3, 2], weight: [2, 2, 5, 4], options: { padding: [1, 2] } },
  { x: [1, 2, 2, 3, 2], weight: [3, 2, 3, 3, 3], options: { dilation: 2 } },
  { x: [2, 3, 2, 2, 2], weight: [2, 3, 1, 1, 1] },
  { x: [1, 2, 4, 4, 4], weight: [2, 2, 2, 2, 2], options: { stride: 2, padding: 0 } },
  { x: [1, 1, 3, 4, 5], weight: [1, 1, 3, 1, 3] },
];

function casesOf({ x, weight, options = {} }: Setting): readonly OpCase[] {
  const kernel = weight.slice(2);
  const perAxis = (value: number | readonly number[] | undefined, fallback: readonly number[]): readonly number[] =>
    value === undefined ? fallback : typeof value === "number" ? kernel.map(() => value) : value;
  const ones = kernel.map(() => 1);
  const dilation = perAxis(options.dilation, ones);
  const same = kernel.map((k, a) => Math.floor((dilation[a] * (k - 1)) / 2));
  const settings = { stride: perAxis(options.stride, ones), dilation, padding: perAxis(options.padding, same) };
  const name = `[${x}] with [${weight}] ${JSON.stringify(options)}`;
  return [
    {
      name: `${name}, bias`,
      inputs: [normal(x), normal(weight), normal([weight[0]])],
      build: (image, kernels, bias) => conv(image, kernels, bias, options),
      twin: (image, kernels, bias) => convTwin(image, kernels, bias, settings),
    },
    {
      name,
      inputs: [normal(x), normal(weight)],
      build: (image, kernels) => conv(image, kernels, undefined, options),
      twin: (image, kernels) => convTwin(image, kernels, undefined, settings),
    },
  ];
}

const x = input("x", [1, 2, 4, 4]);
const weight = input("weight", [3, 2, 3, 3]);

export const CONV: OpConformance = {
  cases: SETTINGS.flatMap(casesOf),
  bad: [
    () => conv(x, input("weight", [3, 1, 3, 3])),
    () => conv(x, input("weight", [3, 2, 3, 3, 3])),
    () => conv(input("x", [2, 4]), input("weight", [2, 4])),
    () => conv(x, weight, input("bias", [2])),
    () => conv(x, weight, input("bias", [3, 1])),
    () => conv(x, input("weight", [3, 2, 5, 5]), undefined, { padding: 0 }),
    () => conv(x, weight, undefined, { stride: 0 }),
    () => conv(x, weight, undefined, { stride: [1, 1, 1] }),
    () => conv(x, weight, undefined, { dilation: 1.5 }),
    () => conv(x, weight, undefined, { padding: -1 }),
  ],
};

interface Doubling {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly size?: readonly number[];
}

const DOUBLINGS: readonly Doubling[] = [
  { x: [1, 2, 5], weight: [3, 2, 3] },
  { x: [2, 1, 1], weight: [1, 1, 3] },
  { x: [2, 2, 3, 4], weight: [3, 2, 3, 3] },
  { x: [1, 3, 4, 3], weight: [2, 3, 5, 3], size: [1, 2] },
  { x: [1, 2, 2, 3], weight: [2, 2, 1, 1], size: [1, 1] }, // nothing doubled
  { x: [1, 2, 3, 2, 4], weight: [2, 2, 3, 3, 3] },
  { x: [2, 1, 1, 2, 3], weight: [2, 1, 3, 3, 3] }, // an axis of one voxel, which the enlarged image has twice
  { x: [1, 2, 1, 3, 4], weight: [2, 2, 1, 3, 3], size: [1, 2, 2] }, // a slice
];

export const CONV_UPSAMPLED: OpConformance = {
  cases: DOUBLINGS.map(({ x: shape, weight: kernels, size }) => ({
    name: `[${shape}] with [${kernels}] by [${size ?? 2}]`,
    inputs: [normal(shape), normal(kernels)],
    build: (image, weights) => convUpsampled(image, weights, size),
    twin: (image, weights) => {
      const kernel = kernels.slice(2);
      const ones = kernel.map(() => 1);
      const options = { stride: ones, dilation: ones, padding: kernel.map((k) => (k - 1) / 2) };
      return convTwin(upsampleNearestTwin(image, size ?? kernel.map(() => 2)), weights, undefined, options);
    },
  })),
  bad: [
    () => convUpsampled(x, input("weight", [3, 1, 3, 3])),
    () => convUpsampled(x, input("weight", [3, 2, 3])),
    () => convUpsampled(x, input("weight", [3, 2, 5, 3])),
    () => convUpsampled(x, weight, 3),
    () => convUpsampled(x, weight, [2]),
    () => convUpsampled(x, input("weight", [3, 2, 2, 3]), [1, 2]),
    () => convUpsampled(input("x", [2, 4]), input("weight", [2, 4])),
  ],
};
