import {
  add,
  averagePool,
  mul,
  oneHot,
  type ParameterSpecs,
  type Parameters,
  type Shape,
  softmax,
  type Tensor,
} from "@voxelsmith/engine";
import { crossEntropyLoss } from "../losses/cross-entropy.ts";
import { diceLoss } from "../losses/dice.ts";
import { padToMultiple } from "../networks/pad-to-multiple.ts";
import { type UnetConfig, unet, unetLevels, unetMultiple, unetParameters } from "../networks/unet.ts";
import type { SegmentConfig } from "./config.ts";

/** The network's part of the segmenter's settings. `classes` counts the background. */
export function networkConfig(config: SegmentConfig, classes: number): UnetConfig {
  const { channels, convolutions, norm, deepSupervision } = config;
  const shared = { inputs: 1, channels, classes, convolutions, norm, deepSupervision };
  // The paper's slice network mirrors its encoder and adds a sixth level at full resolution.
  return config.network === "unet-2d"
    ? { ...shared, spatialRank: 2, decoder: [...channels].reverse() }
    : { ...shared, spatialRank: 3 };
}

export function segmenterParameters(config: SegmentConfig, classes: number): ParameterSpecs {
  return unetParameters(networkConfig(config, classes));
}

/** Logits `[N, classes, ...]` of images `[N, 1, ...]`. */
export function segmenterLogits(config: SegmentConfig, classes: number, parameters: Parameters, image: Tensor): Tensor {
  return unet(networkConfig(config, classes), parameters, image);
}

/**
 * Loss of images `[N, 1, ...]` against class indices `[N, 1, ...]`. With deep supervision (Lee 2015) the mean over the
 * decoder's levels l = 0, 1, 2, ..., each at 1/2^l of the resolution, with weights 2^-l as nnU-Net has them. The truth of
 * a coarse voxel is the share of each class in its block; a voxel of padding belongs to no class.
 */
export function segmenterLoss(
  config: SegmentConfig,
  classes: number,
  parameters: Parameters,
  image: Tensor,
  classIndices: Tensor,
): Tensor {
  const network = networkConfig(config, classes);
  const truth = oneHot(classIndices, classes); // [N, classes, ...]
  const padded = padToMultiple(truth, unetMultiple(network)); // as the coarser levels are
  const losses = unetLevels(network, parameters, image).map((logits, l) => {
    const block = logits.shape.slice(2).map((extent, a) => padded.shape[a + 2] / extent);
    return levelLoss(config, logits, l === 0 ? truth : averagePool(padded, block));
  });
  const weights = losses.map((_, l) => 2 ** -l);
  const total = weights.reduce((sum, weight) => sum + weight);
  return losses.length === 1
    ? losses[0]
    : losses.map((loss, l) => mul(loss, weights[l] / total)).reduce((x, y) => add(x, y));
}

/** Loss of logits against one-hot classes or shares of them, both `[N, classes, ...]`. */
function levelLoss(config: SegmentConfig, logits: Tensor, truth: Tensor): Tensor {
  const crossEntropy = crossEntropyLoss(logits, truth);
  return config.loss === "cross-entropy" ? crossEntropy : add(diceLoss(softmax(logits), truth), crossEntropy);
}

/** The shape of one batch of images. */
export function batchShape(batch: number, extents: Shape): Shape {
  return [batch, 1, ...extents];
}
