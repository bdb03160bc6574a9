import {
  adamW,
  add,
  input,
  mul,
  type Optimizer,
  type ParameterSpecs,
  type Parameters,
  type Shape,
  sgd,
  sliceAxis,
  softmax,
  type Tensor,
  type TrainingStep,
} from "@voxelsmith/engine";
import { maskedSegmentationLoss } from "../domains/masked-segmentation-loss.ts";
import { segmentationBranch, segmentationBranchParameters } from "../networks/med3d-heads-branch.ts";
import { resnet, resnetParameters } from "../networks/resnet.ts";
import { resnetChannels, resnetStride } from "../networks/resnet-config.ts";
import { inferenceNorm, runningStatistics, trainingNorm } from "../networks/resnet-norm.ts";
import { scheduleOf } from "../training/schedule.ts";
import { encoderOf, type PretrainConfig } from "./config.ts";

/** A domain as the network sees it. */
export interface Branch {
  readonly name: string;
  /** Background among them. */
  readonly classes: number;
}

/** The shared encoder's parameters, then those of every domain's branch. */
export function pretrainParameters(config: PretrainConfig, branches: readonly Branch[]): ParameterSpecs {
  const encoder = encoderOf(config);
  const inputs = resnetChannels(encoder);
  return {
    ...resnetParameters(encoder),
    ...Object.assign(
      {},
      ...branches.map(({ name, classes }) => segmentationBranchParameters({ domain: name, inputs, classes })),
    ),
  };
}

/** Everything that a trained network consists of: the parameters and the running averages of its normalizations. */
export function pretrainWeights(config: PretrainConfig, branches: readonly Branch[]): ParameterSpecs {
  const parameters = pretrainParameters(config, branches);
  return { ...parameters, ...runningStatistics(parameters) };
}

/**
 * One step looks at `patchesPerDomain` patches of EVERY domain, so that domains weigh the same whatever their sizes:
 * images `[domains patches, 1, D, H, W]`, domain by domain, go through the encoder together; each domain's features go
 * through its own branch to its own loss. The loss is the mean over domains, so a branch learns from its domain alone,
 * and what one domain calls background is never held against another's organ (Chen 2019).
 */
export function pretrainStep(config: PretrainConfig, branches: readonly Branch[]): TrainingStep<"images" | "classes"> {
  const { patch, patchesPerDomain: each } = config;
  const shape: Shape = [branches.length * each, 1, ...patch];
  const parameters = pretrainParameters(config, branches);
  return {
    inputs: { images: shape, classes: shape },
    parameters,
    statistics: runningStatistics(parameters),
    loss({ images, classes }, values) {
      const norm = trainingNorm(values);
      const features = resnet(encoderOf(config), values, norm.normalize, images); // [domains patches, C, d, h, w]
      const losses = branches.map((branch, index): readonly [string, Tensor] => {
        const own = (x: Tensor): Tensor => sliceAxis(x, 0, index * each, (index + 1) * each);
        const logits = branchLogits(config, branch, values, own(features)); // [patches, classes, D, H, W]
        return [lossName(branch.name), maskedSegmentationLoss(logits, own(classes))];
      });
      const sum = losses.map(([, loss]) => loss).reduce((a, b) => add(a, b));
      return { loss: mul(sum, 1 / branches.length), report: Object.fromEntries(losses), statistics: norm.statistics };
    },
    optimizer: optimizerOf(config),
  };
}

/** Key of a domain's own loss in the metrics. */
export function lossName(domain: string): string {
  return `loss.${domain}`;
}

/** Inference graph: `image` `[1, 1, D, H, W]` to each domain's probabilities `[1, classes, D, H, W]` by its name. */
export function pretrainedGraph(config: PretrainConfig, branches: readonly Branch[]): Record<string, Tensor> {
  const specs = pretrainWeights(config, branches);
  const values = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const image = input("image", [1, 1, ...config.patch]);
  const features = resnet(encoderOf(config), values, inferenceNorm(values), image); // [1, C, d, h, w]
  return Object.fromEntries(
    branches.map((branch) => [branch.name, softmax(branchLogits(config, branch, values, features))]),
  );
}

function branchLogits(config: PretrainConfig, branch: Branch, parameters: Parameters, features: Tensor): Tensor {
  const encoder = encoderOf(config);
  const { name: domain, classes } = branch;
  const head = { domain, inputs: resnetChannels(encoder), classes };
  return segmentationBranch(head, parameters, features, { extents: config.patch, stride: resnetStride(encoder) });
}

function optimizerOf(config: PretrainConfig): Optimizer {
  const { optimizer, weightDecay } = config;
  const options = { ...scheduleOf(config), weightDecay, clipNorm: 5 };
  return optimizer === "adam" ? adamW(options) : sgd(options);
}
