import { LOCAL_NCC_DEFAULTS } from "../losses/local-ncc.ts";
import type { Dims } from "../volume/volume.ts";

/** An image with what the local correlation needs of it alone, so that comparing with many images repeats nothing. */
export interface LocalMoments {
  readonly image: Float32Array;
  readonly mean: Float32Array;
  /** At least the floor, as in the loss. */
  readonly variance: Float32Array;
}

/** Compares images of one grid. */
export interface LocalSimilarity {
  readonly varianceFloor: number;
  momentsOf(image: Float32Array): LocalMoments;
  /** The mean over the voxels where `region` is not 0; 0 where it is 0 everywhere. */
  compare(one: LocalMoments, other: LocalMoments, region: Float32Array): number;
}

/**
 * Mean of cov(I, J)^2 / (var I var J) over a box of `window` voxels, as `localNcc` defines it (zeros outside of the
 * image, variances floored), for images that no gradient is asked of. Images `[D, H, W]`, of `dims` `[i, j, k]`.
 *
 * Box sums in plain TypeScript: of the five filtered images of a pair only the product's is the pair's own; the other four
 * are each image's, found once for all its comparisons.
 */
export function createLocalSimilarity(
  dims: Dims,
  { window, varianceFloor }: { readonly window: number; readonly varianceFloor?: number },
): LocalSimilarity {
  const floor = varianceFloor ?? LOCAL_NCC_DEFAULTS.varianceFloor;
  const count = dims[0] * dims[1] * dims[2];
  const [product, between] = [new Float32Array(count), new Float32Array(count)];
  return {
    varianceFloor: floor,
    momentsOf(image) {
      const mean = boxMean(image, dims, window, new Float32Array(count), between);
      for (let at = 0; at < count; at++) product[at] = image[at] * image[at];
      const variance = boxMean(product, dims, window, new Float32Array(count), between);
      for (let at = 0; at < count; at++) variance[at] = Math.max(variance[at] - mean[at] * mean[at], floor);
      return { image, mean, variance };
    },
    compare(one, other, region) {
      for (let at = 0; at < count; at++) product[at] = one.image[at] * other.image[at];
      const joint = boxMean(product, dims, window, product, between);
      let [sum, voxels] = [0, 0];
      for (let at = 0; at < count; at++) {
        if (region[at] === 0) continue;
        const covariance = joint[at] - one.mean[at] * other.mean[at];
        sum += (covariance * covariance) / (one.variance[at] * other.variance[at]);
        voxels++;
      }
      return voxels === 0 ? 0 : sum / voxels;
    },
  };
}

/**
 * Mean over a box with zeros outside, one axis after the other; `result` may be the source itself. Across a slice there
 * is no box, as in the loss.
 */
function boxMean(
  source: Float32Array,
  [ni, nj, nk]: Dims,
  window: number,
  result: Float32Array,
  between: Float32Array,
): Float32Array {
  meanAlong(source, between, { inner: 1, extent: ni, outer: nj * nk }, window);
  meanAlong(between, result, { inner: ni, extent: nj, outer: nk }, window);
  meanAlong(result, between, { inner: ni * nj, extent: nk, outer: 1 }, window);
  result.set(between);
  return result;
}

/** Every sum anew: a running sum would carry its rounding along, and the variance is a small difference of means. */
function meanAlong(
  from: Float32Array,
  to: Float32Array,
  { inner, extent, outer }: { readonly inner: number; readonly extent: number; readonly outer: number },
  window: number,
): void {
  if (extent === 1) {
    to.set(from);
    return;
  }
  const before = Math.floor(window / 2);
  for (let block = 0; block < outer; block++) {
    const start = block * extent * inner;
    for (let position = 0; position < extent; position++) {
      const first = start + Math.max(0, position - before) * inner;
      const end = start + Math.min(extent, position - before + window) * inner;
      const target = start + position * inner;
      for (let n = 0; n < inner; n++) {
        let sum = 0;
        for (let at = first + n; at < end; at += inner) sum += from[at];
        to[target + n] = sum / window;
      }
    }
  }
}
