import {
  add,
  oneHot,
  type ParameterSpecs,
  type Parameters,
  type Shape,
  softmax,
  type Tensor,
} from "@voxelsmith/engine";
import { crossEntropyLoss } from "../losses/cross-entropy.ts";
import { diceLoss } from "../losses/dice.ts";
import { type UnetConfig, unet, unetParameters } from "../networks/unet.ts";
import type { SegmentConfig } from "./config.ts";

/** The network's part of the segmenter's settings. `classes` counts the background. */
export function networkConfig(config: SegmentConfig, classes: number): UnetConfig {
  const { channels, convolutions, norm } = config;
  const shared = { inputs: 1, channels, classes, convolutions, norm };
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

/** Loss of logits `[N, classes, ...]` against class indices `[N, 1, ...]`. */
export function segmenterLoss(config: SegmentConfig, logits: Tensor, classIndices: Tensor): Tensor {
  const truth = oneHot(classIndices, logits.shape[1]); // [N, classes, ...]
  const crossEntropy = crossEntropyLoss(logits, truth);
  return config.loss === "cross-entropy" ? crossEntropy : add(diceLoss(softmax(logits), truth), crossEntropy);
}

/** The shape of one batch of images. */
export function batchShape(batch: number, extents: Shape): Shape {
  return [batch, 1, ...extents];
}
