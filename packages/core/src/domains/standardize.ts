import { moments, percentiles } from "../prepare/normalize.ts";

/**
 * Clips to two percentiles of the image, then (value - mean) / deviation of what came out (Chen 2019). Where both
 * percentiles are one value, as for a small object on black, nothing is clipped; an image of a single value becomes 0
 * everywhere, never NaN.
 */
export function standardize(data: Float32Array, [low, high]: readonly [low: number, high: number]): Float32Array {
  const [lowest, highest] = percentiles(data, low, high);
  const clipped = highest > lowest ? data.map((value) => Math.max(lowest, Math.min(highest, value))) : data;
  const [mean, deviation] = moments(clipped);
  // Rounding alone gives a constant image a tiny deviation, which would turn into noise of size 1.
  const isFlat = !(deviation > 1e-6 * Math.abs(mean));
  return isFlat ? new Float32Array(data.length) : clipped.map((value) => (value - mean) / deviation);
}
