import {
  type CompileOptions,
  compile,
  input,
  reshape,
  type Shape,
  sizeOf,
  softmax,
  type Tensor,
  transpose,
  type Weights,
} from "@voxelsmith/engine";
import { mostProbable } from "../prepare/most-probable.ts";
import type { SegmentConfig } from "./config.ts";
import { batchShape, segmenterLogits, segmenterParameters } from "./graph.ts";
import { patchExtents } from "./patch-extents.ts";
import { slideWindow } from "./sliding-window.ts";

/** A trained segmenter on the prepared grid. */
export interface Segmenter {
  /** Probabilities `[classes, D, H, W]` of a prepared image `[D, H, W]`. */
  probabilities(image: Float32Array): Promise<Float32Array>;
  /** The most probable class index of each voxel, `[D, H, W]`. */
  classify(image: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Inference graph: `image` `[1, 1, D, H, W]` to `probabilities` `[1, classes, D, H, W]`. */
export function segmenterGraph(config: SegmentConfig, classes: number, extents: Shape): Record<string, Tensor> {
  const specs = segmenterParameters(config, classes);
  const parameters = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const image = input("image", batchShape(1, extents));
  if (config.network === "unet-3d")
    return { probabilities: softmax(segmenterLogits(config, classes, parameters, image)) };
  const slices = reshape(image, [extents[0], 1, ...extents.slice(1)]); // every slice is a sample of the batch
  const logits = segmenterLogits(config, classes, parameters, slices); // [D, classes, H, W]
  const volume = reshape(transpose(logits, [1, 0, 2, 3]), [1, classes, ...extents]);
  return { probabilities: softmax(volume) };
}

/**
 * Extents of what the network sees at once when it predicts: the patch of training where there is one, because the
 * statistics of instance normalization over a patch are not those over the whole grid.
 */
export function windowExtents(config: SegmentConfig, extents: Shape): Shape {
  return config.network === "unet-2d" ? extents : patchExtents(config, extents);
}

/** A segmenter for images `[D, H, W]` of these extents; it slides a window where it was trained on patches. */
export async function createSegmenter(
  config: SegmentConfig,
  classes: number,
  weights: Weights,
  extents: Shape,
  options: CompileOptions,
): Promise<Segmenter> {
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const window = windowExtents(config, extents);
  const session = await compile(segmenterGraph(config, classes, window), { ...options, fixed });
  const predict = async (image: Float32Array): Promise<Float32Array> => (await session.run({ image })).probabilities;
  const whole = sizeOf(window) === sizeOf(extents);
  const probabilities = whole
    ? predict
    : (image: Float32Array): Promise<Float32Array> => slideWindow({ extents, window, classes }, image, predict);
  return {
    probabilities,
    classify: async (image) => mostProbable(await probabilities(image), classes),
    dispose: () => session.dispose(),
  };
}
