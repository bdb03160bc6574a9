import { type Shape, sizeOf } from "@voxelsmith/engine";
import { copyBox } from "../volume/copy-box.ts";

/** Probabilities `[classes, ...patchExtents]` of an image `[...patchExtents]`. */
export type PredictPatch = (image: Float32Array) => Promise<Float32Array>;

export interface StitchRequest {
  /** `[D, H, W]`. */
  readonly image: Float32Array;
  readonly extents: Shape;
  readonly patchExtents: Shape;
  readonly classes: number;
  readonly predict: PredictPatch;
  readonly signal?: AbortSignal;
}

/**
 * Probabilities `[classes, D, H, W]` of a volume of any extents from a network that sees patches: patches that overlap
 * by half at least, each weighted by a Gaussian whose deviation is an eighth of the patch (Isensee 2021), because a
 * patch knows least at its border. p(x) = sum_n w_n(x) p_n(x) / sum_n w_n(x).
 */
export async function stitchPatches(request: StitchRequest): Promise<Float32Array> {
  const { image, extents, patchExtents, classes, predict, signal } = request;
  const [size, patchSize] = [sizeOf(extents), sizeOf(patchExtents)];
  const sum = new Float32Array(classes * size);
  const total = new Float32Array(size);
  const profiles = patchExtents.map(gaussian);
  for (const start of patchStarts(extents, patchExtents)) {
    signal?.throwIfAborted();
    const patch = new Float32Array(patchSize);
    copyBox(image, extents, start, patch, patchExtents);
    const probabilities = await predict(patch);
    forEachShared(extents, patchExtents, start, (inVolume, inPatch, d, h, w) => {
      const weight = profiles[0][d] * profiles[1][h] * profiles[2][w];
      total[inVolume] += weight;
      for (let c = 0; c < classes; c++) {
        sum[c * size + inVolume] += weight * probabilities[c * patchSize + inPatch];
      }
    });
  }
  for (let c = 0; c < classes; c++) for (let p = 0; p < size; p++) sum[c * size + p] /= total[p];
  return sum;
}

/** First voxels of patches that cover a volume, neighbors at most half a patch apart, evenly spaced. */
export function patchStarts(extents: Shape, patchExtents: Shape): readonly Shape[] {
  const [d, h, w] = extents.map((extent, axis) => {
    const patch = patchExtents[axis];
    const room = extent - patch;
    if (room <= 0) return [0 - Math.floor(-room / 2)]; // the volume lies in the middle of one patch
    const steps = Math.ceil(room / Math.max(1, patch >> 1));
    return Array.from({ length: steps + 1 }, (_, index) => Math.round((room * index) / steps));
  });
  return d.flatMap((a) => h.flatMap((b) => w.map((c) => [a, b, c])));
}

/** Never so small that float32 loses it in the product of three axes. */
function gaussian(extent: number): Float64Array {
  const center = (extent - 1) / 2;
  const deviation = Math.max(extent / 8, 0.5);
  return Float64Array.from({ length: extent }, (_, index) =>
    Math.max(Math.exp(-(((index - center) / deviation) ** 2) / 2), 1e-4),
  );
}

/** Visits the voxels that a patch and the volume share. */
function forEachShared(
  extents: Shape,
  patchExtents: Shape,
  start: Shape,
  visit: (inVolume: number, inPatch: number, d: number, h: number, w: number) => void,
): void {
  const from = start.map((first) => Math.max(0, -first));
  const to = patchExtents.map((extent, axis) => Math.min(extent, extents[axis] - start[axis]));
  for (let d = from[0]; d < to[0]; d++) {
    for (let h = from[1]; h < to[1]; h++) {
      for (let w = from[2]; w < to[2]; w++) {
        const inVolume = ((d + start[0]) * extents[1] + h + start[1]) * extents[2] + w + start[2];
        visit(inVolume, (d * patchExtents[1] + h) * patchExtents[2] + w, d, h, w);
      }
    }
  }
}
