import { mul } from "../../ops/arithmetic.ts";
import { batchNorm, batchNormTraining, groupNorm, instanceNorm, perChannel } from "../../ops/normalize.ts";
import { input, type Tensor } from "../../tensor.ts";
import { at, filled, type NdArray } from "../nd-array.ts";
import { between, type Draw, fixedInput, normal, type OpConformance } from "../op-case.ts";
import { channelMoments, normalizeTwin } from "../twins/normalize.ts";

const IMAGES: readonly (readonly number[])[] = [
  [1, 2, 3, 4],
  [2, 4, 3, 2],
  [1, 4, 2, 3, 2],
  [2, 2, 2, 2, 3],
];

const withScale = (shape: readonly number[]): readonly Draw[] => [
  normal(shape),
  between(0.5, 2, [shape[1]]),
  normal([shape[1]]),
];
const withStatistics = (shape: readonly number[]): readonly Draw[] => [
  ...withScale(shape),
  fixedInput(normal([shape[1]])),
  fixedInput(between(0.5, 2, [shape[1]])),
];

const x = input("x", [1, 2, 4, 4]);
const two = input("two", [2]);
const three = input("three", [3]);
const flat = input("flat", [2, 2]);

export const PER_CHANNEL: OpConformance = {
  cases: [
    {
      name: "times an image",
      inputs: [normal([2, 3, 2, 2]), normal([3])],
      build: (image, values) => mul(image, perChannel(values, 4)),
      twin: (image, values) => filled(image.shape, (index) => at(image, index) * at(values, [index[1]])),
    },
  ],
  bad: [],
};

export const INSTANCE_NORM: OpConformance = {
  cases: IMAGES.flatMap((shape) =>
    [1e-5, 0.1].map((epsilon) => ({
      name: `[${shape}], epsilon ${epsilon}`,
      inputs: withScale(shape),
      build: (image: Tensor, scale: Tensor, shift: Tensor) => instanceNorm(image, scale, shift, epsilon),
      twin: (image: NdArray, scale: NdArray, shift: NdArray) =>
        normalizeTwin(image, scale, shift, epsilon, (n, c) => `${n} ${c}`),
    })),
  ),
  bad: [() => instanceNorm(x, three, two), () => instanceNorm(x, two, three), () => instanceNorm(flat, two, two)],
};

export const GROUP_NORM: OpConformance = {
  cases: IMAGES.flatMap((shape) =>
    [1, 2].map((groups) => ({
      name: `[${shape}], ${groups} groups`,
      inputs: withScale(shape),
      build: (image: Tensor, scale: Tensor, shift: Tensor) => groupNorm(image, scale, shift, groups),
      twin: (image: NdArray, scale: NdArray, shift: NdArray) =>
        normalizeTwin(image, scale, shift, 1e-5, (n, c) => `${n} ${Math.floor((c * groups) / shape[1])}`),
    })),
  ),
  bad: [
    () => groupNorm(x, three, two, 2),
    () => groupNorm(x, two, two, 3),
    () => groupNorm(x, two, two, 0),
    () => groupNorm(flat, two, two, 2),
  ],
};

export const BATCH_NORM: OpConformance = {
  cases: IMAGES.map((shape) => ({
    name: `[${shape}]`,
    inputs: withStatistics(shape),
    build: (image: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor) =>
      batchNorm(image, scale, shift, { mean, variance }),
    twin: (image: NdArray, scale: NdArray, shift: NdArray, mean: NdArray, variance: NdArray) =>
      filled(image.shape, (index) => {
        const c = [index[1]];
        return ((at(image, index) - at(mean, c)) / Math.sqrt(at(variance, c) + 1e-5)) * at(scale, c) + at(shift, c);
      }),
  })),
  bad: [
    () => batchNorm(x, three, two, { mean: two, variance: two }),
    () => batchNorm(x, two, two, { mean: two, variance: three }),
    () => batchNorm(flat, two, two, { mean: two, variance: two }),
  ],
};

export const BATCH_NORM_TRAINING: OpConformance = {
  cases: IMAGES.map((shape) => ({
    name: `[${shape}]`,
    inputs: withStatistics(shape),
    build: (image: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor) => {
      const { output, running } = batchNormTraining(image, scale, shift, { mean, variance }, 0.8);
      return [output, running.mean, running.variance];
    },
    twin: (image: NdArray, scale: NdArray, shift: NdArray, mean: NdArray, variance: NdArray) => {
      const batch = channelMoments(image);
      const moved = (old: NdArray, now: NdArray): NdArray =>
        filled(old.shape, (index) => 0.8 * at(old, index) + 0.2 * at(now, index));
      return [
        normalizeTwin(image, scale, shift, 1e-5, (_, c) => `${c}`),
        moved(mean, batch.mean),
        moved(variance, batch.variance),
      ];
    },
  })),
  bad: [
    () => batchNormTraining(x, three, two, { mean: two, variance: two }),
    () => batchNormTraining(x, two, two, { mean: three, variance: two }),
    () => batchNormTraining(flat, two, two, { mean: two, variance: two }),
  ],
};
