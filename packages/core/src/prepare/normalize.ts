import { InputError } from "../errors.ts";
import type { Volume } from "../volume/volume.ts";
import type { Normalization } from "./plan.ts";

/** Percentiles of larger images come from about this many voxels, evenly spaced in memory. */
const SAMPLE = 2 ** 20;

/**
 * The image with intensities `(value - shift) / scale`, for percentile and min-max clipped to 0..1:
 * percentile: shift and scale such that the two percentiles become 0 and 1; min-max: the same with the extremes;
 * z-score: mean and standard deviation of all voxels. Throws an InputError for an image of a single value.
 *
 * Where more than `high - low` percent of the voxels have one value (a small object on black), both percentiles can
 * fall on it; the extremes are taken then.
 */
export function normalize(volume: Volume, normalization: Normalization, name: string): Volume {
  const { data } = volume;
  const [lowest, highest] = assertContrast(volume, name);
  switch (normalization.kind) {
    case "percentile": {
      const [low, high] = percentiles(data, normalization.low, normalization.high);
      return high > low ? mapped(volume, low, high - low, true) : mapped(volume, lowest, highest - lowest, true);
    }
    case "min-max":
      return mapped(volume, lowest, highest - lowest, true);
    case "z-score": {
      const [mean, deviation] = moments(data);
      return mapped(volume, mean, deviation, false);
    }
  }
}

/** The lowest and the highest intensity. Throws an InputError where they are one: such an image shows nothing. */
export function assertContrast({ data }: Volume, name: string): readonly [lowest: number, highest: number] {
  const [lowest, highest] = extremes(data);
  if (highest > lowest) return [lowest, highest];
  throw new InputError({
    subject: name,
    expected: "an image with different intensities",
    got: data.length === 0 ? "no voxels" : `the value ${lowest} in every voxel`,
    todo: "Leave this scan out, or export it again.",
  });
}

function mapped(volume: Volume, shift: number, scale: number, clip: boolean): Volume {
  const data = new Float32Array(volume.data.length);
  for (let index = 0; index < data.length; index++) {
    const value = (volume.data[index] - shift) / scale;
    data[index] = clip ? Math.max(0, Math.min(1, value)) : value;
  }
  return { ...volume, data };
}

function extremes(data: Float32Array): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < data.length; index++) {
    if (data[index] < low) low = data[index];
    if (data[index] > high) high = data[index];
  }
  return [low, high];
}

/** Linear between order statistics, as numpy's default: percentile p lies at position `p / 100 * (n - 1)`. */
export function percentiles(data: Float32Array, low: number, high: number): readonly [number, number] {
  const stride = Math.max(1, Math.floor(data.length / SAMPLE));
  const sorted = new Float32Array(Math.ceil(data.length / stride));
  for (let index = 0; index < sorted.length; index++) sorted[index] = data[index * stride];
  sorted.sort();
  const at = (percent: number): number => {
    const position = (percent / 100) * (sorted.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  };
  return [at(low), at(high)];
}

/** Mean and standard deviation in two passes: intensities can be large and far from 0. */
export function moments(data: Float32Array): readonly [number, number] {
  let sum = 0;
  for (let index = 0; index < data.length; index++) sum += data[index];
  const mean = sum / data.length;
  let squares = 0;
  for (let index = 0; index < data.length; index++) squares += (data[index] - mean) ** 2;
  return [mean, Math.sqrt(squares / data.length)];
}
