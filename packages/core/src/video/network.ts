import { adamW, oneHot, type Parameters, type TrainingStep } from "@voxelsmith/engine";
import { crossEntropyLoss } from "../losses/cross-entropy.ts";
import { classifier, classifierParameters } from "../networks/med3d-heads-classifier.ts";
import { resnet, resnetParameters } from "../networks/resnet.ts";
import { type ResnetConfig, resnetChannels } from "../networks/resnet-config.ts";
import { runningStatistics, trainingNorm } from "../networks/resnet-norm.ts";
import { scheduleOf } from "../training/schedule.ts";
import type { TransferNetwork } from "../transfer/transfer-network.ts";
import { clipClasses } from "./clip-classes.ts";
import type { VideoConfig } from "./config.ts";

/** The encoder with a linear layer on its mean features: clips `[N, 1, frames, H, W]` to logits `[N, classes]`. */
export function videoNetwork(encoder: ResnetConfig, classes: number): TransferNetwork {
  const head = classifierParameters({ inputs: resnetChannels(encoder), classes });
  const parameters = { ...resnetParameters(encoder), ...head };
  return {
    parameters,
    statistics: runningStatistics(parameters),
    logits: (own, normalize, image) => classifier(own, resnet(encoder, own, normalize, image)),
  };
}

/** One step: `clips` `[batch, 1, frames, H, W]`, `classes` `[batch, 1]` indices, softmax cross-entropy, AdamW. */
export function videoStep(config: VideoConfig, encoder: ResnetConfig): TrainingStep<"clips" | "classes"> {
  const classCount = clipClasses(config).length;
  const network = videoNetwork(encoder, classCount);
  const { batch, clip, weightDecay } = config;
  return {
    inputs: { clips: [batch, 1, ...clip], classes: [batch, 1] },
    parameters: network.parameters,
    statistics: network.statistics,
    loss({ clips, classes }, parameters: Parameters) {
      const norm = trainingNorm(parameters);
      const logits = network.logits(parameters, norm.normalize, clips); // [batch, classes]
      return { loss: crossEntropyLoss(logits, oneHot(classes, classCount)), statistics: norm.statistics };
    },
    optimizer: adamW({ ...scheduleOf(config), weightDecay, clipNorm: 5 }),
  };
}
