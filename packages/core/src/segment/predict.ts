import {
  type CompileOptions,
  compile,
  input,
  reshape,
  type Shape,
  softmax,
  type Tensor,
  transpose,
  type Weights,
} from "@voxelsmith/engine";
import { mostProbable } from "../prepare/most-probable.ts";
import type { SegmentConfig } from "./config.ts";
import { batchShape, segmenterLogits, segmenterParameters } from "./graph.ts";

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

export async function createSegmenter(
  config: SegmentConfig,
  classes: number,
  weights: Weights,
  extents: Shape,
  options: CompileOptions,
): Promise<Segmenter> {
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const session = await compile(segmenterGraph(config, classes, extents), { ...options, fixed });
  const probabilities = async (image: Float32Array): Promise<Float32Array> =>
    (await session.run({ image })).probabilities;
  return {
    probabilities,
    classify: async (image) => mostProbable(await probabilities(image), classes),
    dispose: () => session.dispose(),
  };
}
