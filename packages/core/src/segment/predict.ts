import {
  add,
  type CompileOptions,
  compile,
  concat,
  input,
  mul,
  reshape,
  reverse,
  type Shape,
  sizeOf,
  sliceAxis,
  softmax,
  type Tensor,
  transpose,
  type Weights,
} from "@voxelsmith/engine";
import { mostProbable } from "../prepare/most-probable.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunConfig } from "../run/config.ts";
import type { SegmentConfig } from "./config.ts";
import { batchShape, segmenterLogits, segmenterParameters } from "./graph.ts";
import type { Labeler } from "./labeler.ts";
import { patchExtents } from "./patch-extents.ts";
import { bordersToStraighten, type PlanarBorder } from "./planar-borders.ts";
import { slideWindow } from "./sliding-window.ts";

/** A trained segmenter on the prepared grid. */
export interface Segmenter extends Labeler {
  /** The most probable class index of each voxel, `[D, H, W]`; its borders are as they come. */
  classify(image: Float32Array): Promise<Float32Array>;
}

/** How and where a segmenter runs. */
export interface SegmenterOptions extends CompileOptions {
  /** The class that each class becomes in a mirror image, for `SegmentConfig.mirrored`. */
  readonly mirroredClasses?: readonly number[];
  /** Borders that become planes in its label maps. */
  readonly borders?: readonly PlanarBorder[];
}

/** Where a segmenter of prepared scans runs, what its classes become in a mirror image, which borders are planes. */
export function segmenterOptions(
  { device, threads, segment }: Pick<RunConfig, "device" | "threads" | "segment">,
  prepared: PreparedSet,
): SegmenterOptions {
  const { classes } = prepared.mirroring;
  return {
    device,
    threads,
    borders: bordersToStraighten(segment, prepared),
    ...(classes === undefined ? {} : { mirroredClasses: classes }),
  };
}

/**
 * Inference graph: `image` `[1, 1, D, H, W]` to `probabilities` `[1, classes, D, H, W]`. With `config.mirrored` and classes
 * whose mirror images are known: p(x) = (f(x) + M f(M x)) / 2, where M turns W round and exchanges the classes.
 */
export function segmenterGraph(
  config: SegmentConfig,
  classes: number,
  extents: Shape,
  mirroredClasses?: readonly number[],
): Record<string, Tensor> {
  const image = input("image", batchShape(1, extents));
  const probabilitiesOf = segmenterNetwork(config, classes, extents);
  const seen = probabilitiesOf(image);
  if (!config.mirrored || mirroredClasses === undefined) return { probabilities: seen };
  const turned = reverse(probabilitiesOf(reverse(image, [4])), [4]);
  const exchanged = concat(mirroredClasses.map((one) => sliceAxis(turned, 1, one, one + 1)));
  return { probabilities: mul(add(seen, exchanged), 0.5) };
}

function segmenterNetwork(config: SegmentConfig, classes: number, extents: Shape): (image: Tensor) => Tensor {
  const specs = segmenterParameters(config, classes);
  const parameters = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  if (config.network === "unet-3d") return (image) => softmax(segmenterLogits(config, classes, parameters, image));
  return (image) => {
    const slices = reshape(image, [extents[0], 1, ...extents.slice(1)]); // every slice is a sample of the batch
    const logits = segmenterLogits(config, classes, parameters, slices); // [D, classes, H, W]
    return softmax(reshape(transpose(logits, [1, 0, 2, 3]), [1, classes, ...extents]));
  };
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
  options: SegmenterOptions,
): Promise<Segmenter> {
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const window = windowExtents(config, extents);
  const session = await compile(segmenterGraph(config, classes, window, options.mirroredClasses), {
    ...options,
    fixed,
  });
  const predict = async (image: Float32Array): Promise<Float32Array> => (await session.run({ image })).probabilities;
  const whole = sizeOf(window) === sizeOf(extents);
  const probabilities = whole
    ? predict
    : (image: Float32Array): Promise<Float32Array> => slideWindow({ extents, window, classes }, image, predict);
  return {
    probabilities,
    ...(options.borders === undefined ? {} : { borders: options.borders }),
    classify: async (image) => mostProbable(await probabilities(image), classes),
    dispose: () => session.dispose(),
  };
}
