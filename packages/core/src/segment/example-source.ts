import { createRandom, type Shape, sizeOf } from "@voxelsmith/engine";
import { copyBox } from "../volume/copy-box.ts";
import type { SegmentConfig } from "./config.ts";
import { patchExtents } from "./patch-extents.ts";

/** A labeled example on the prepared grid: `[D, H, W]` intensities and class indices. */
export interface LabeledArrays {
  readonly name: string;
  readonly image: Float32Array;
  readonly classes: Float32Array;
}

/** Labeled examples by step: synthesized ones, or real ones where there are labels. */
export type ExampleSource = (step: number) => Promise<LabeledArrays>;

/**
 * Batch and spatial extents that the network sees in one training step. A scan that is one slice is seen once.
 */
export function trainingShape(config: SegmentConfig, extents: Shape): { batch: number; extents: Shape } {
  const { network, slices } = config;
  if (network === "unet-2d") return { batch: extents[0] === 1 ? 1 : slices, extents: sliceExtents(extents) };
  return { batch: 1, extents: patchExtents(config, extents) };
}

/** What one training step sees of an example: slices, a patch or all; the choice depends on seed and step alone. */
export function takeSample(
  config: SegmentConfig,
  example: LabeledArrays,
  extents: Shape,
  at: { seed: number; step: number },
): LabeledArrays {
  const seen = trainingShape(config, extents);
  if (config.network === "unet-2d") return takeSlices(example, extents, { count: seen.batch, ...at });
  return sizeOf(seen.extents) === sizeOf(extents)
    ? example
    : takePatch(example, extents, { patch: seen.extents, ...at });
}

/**
 * Slices lie along the third voxel axis, k, as in the paper; k is the outermost axis of a `[D, H, W]` tensor, so a
 * slice is one contiguous piece of it.
 */
export function sliceExtents(extents: Shape): Shape {
  return extents.slice(1);
}

/** Picks `count` slices of a volume with replacement; the choice depends on seed and step alone. */
export function takeSlices(
  example: LabeledArrays,
  extents: Shape,
  { count, seed, step }: { count: number; seed: number; step: number },
): LabeledArrays {
  const random = createRandom(seed, "slices", step);
  const size = sizeOf(sliceExtents(extents));
  const image = new Float32Array(count * size);
  const classes = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    const slice = random.integer(extents[0]);
    image.set(example.image.subarray(slice * size, (slice + 1) * size), n * size);
    classes.set(example.classes.subarray(slice * size, (slice + 1) * size), n * size);
  }
  return { name: example.name, image, classes };
}

/** Cuts a patch that lies anywhere within a volume; the place depends on seed and step alone. */
export function takePatch(
  example: LabeledArrays,
  extents: Shape,
  { patch, seed, step }: { patch: Shape; seed: number; step: number },
): LabeledArrays {
  const random = createRandom(seed, "patch", step);
  const start = extents.map((extent, axis) => random.integer(extent - patch[axis] + 1));
  const image = new Float32Array(sizeOf(patch));
  const classes = new Float32Array(image.length);
  copyBox(example.image, extents, start, image, patch);
  copyBox(example.classes, extents, start, classes, patch);
  return { name: `${example.name} at ${start.join(",")}`, image, classes };
}
