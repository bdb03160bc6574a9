import { type Shape, sizeOf } from "@voxelsmith/engine";
import { copyBox } from "../volume/copy-box.ts";

/** Neighbors overlap by this share of a window at least. */
const OVERLAP = 0.5;
/** Standard deviation of the weights, as a share of the window. */
const SIGMA = 1 / 8;
/** Least weight, as a share of the largest: no voxel goes without. */
const FLOOR = 1e-3;

/** Class probabilities `[classes, ...]` of one window of an image. */
export type Predictor = (image: Float32Array) => Promise<Float32Array>;

export interface SlidingWindow {
  readonly extents: Shape;
  /** Extents of a window, none larger than those of the grid. */
  readonly window: Shape;
  readonly classes: number;
}

/**
 * Class probabilities `[classes, D, H, W]` of an image `[D, H, W]`, seen window by window as in training: windows that
 * overlap by half cover the grid, and at each voxel p = sum_w g_w p_w / sum_w g_w, where the Gaussian g_w is largest at
 * the window's center, because a network knows least at a border (Isensee et al., Nature Methods 2021).
 */
export async function slideWindow(
  { extents, window, classes }: SlidingWindow,
  image: Float32Array,
  predict: Predictor,
): Promise<Float32Array> {
  const weights = windowWeights(window);
  const sum = new Float32Array(classes * image.length);
  const total = new Float32Array(image.length);
  const seen = new Float32Array(weights.length);
  for (const start of windowStarts(extents, window)) {
    copyBox(image, extents, start, seen, window);
    const probabilities = await predict(seen);
    addBox(total, extents, start, weights, window);
    for (let c = 0; c < classes; c++) {
      const ofClass = probabilities.subarray(c * seen.length, (c + 1) * seen.length);
      const weighted = ofClass.map((probability, p) => probability * weights[p]);
      addBox(sum.subarray(c * image.length, (c + 1) * image.length), extents, start, weighted, window);
    }
  }
  for (let c = 0, at = 0; c < classes; c++) for (let p = 0; p < image.length; p++, at++) sum[at] /= total[p];
  return sum;
}

/** First voxels of the windows, evenly spread from the first to the last that fits, the last axis fastest. */
export function windowStarts(extents: Shape, window: Shape): Shape[] {
  const [ks, js, is] = extents.map((extent, axis) => {
    const last = extent - window[axis];
    const strides = Math.ceil(last / (window[axis] * (1 - OVERLAP)));
    return Array.from({ length: strides + 1 }, (_, n) => (strides === 0 ? 0 : Math.round((n * last) / strides)));
  });
  return ks.flatMap((k) => js.flatMap((j) => is.map((i) => [k, j, i])));
}

/** A Gaussian about the window's center, 1 at its peak, never below the floor. */
function windowWeights(window: Shape): Float32Array {
  const [ks, js, is] = window.map((extent) =>
    Array.from({ length: extent }, (_, n) => Math.exp(-(((n - (extent - 1) / 2) / (SIGMA * extent)) ** 2) / 2)),
  );
  const weights = new Float32Array(sizeOf(window));
  let at = 0;
  for (const k of ks) for (const j of js) for (const i of is) weights[at++] = Math.max(FLOOR, k * j * i);
  return weights;
}

/** Adds a window's values to the part of the whole that begins at `start`. */
function addBox(
  whole: Float32Array,
  [, height, width]: Shape,
  start: Shape,
  values: Float32Array,
  [depth, rows, columns]: Shape,
): void {
  let from = 0;
  for (let d = start[0]; d < start[0] + depth; d++) {
    for (let h = start[1]; h < start[1] + rows; h++) {
      const row = (d * height + h) * width + start[2];
      for (let w = 0; w < columns; w++, from++) whole[row + w] += values[from];
    }
  }
}
