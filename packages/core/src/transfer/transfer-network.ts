import type { ParameterSpecs, Parameters, Shape, Tensor } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import { classifier, classifierParameters } from "../networks/med3d-heads-classifier.ts";
import { transferDecoder, transferDecoderParameters } from "../networks/med3d-heads-decoder.ts";
import { resnet, resnetParameters } from "../networks/resnet.ts";
import { type ResnetConfig, resnetChannels, resnetStride } from "../networks/resnet-config.ts";
import { inferenceNorm, type Normalize, runningStatistics, trainingNorm } from "../networks/resnet-norm.ts";
import type { TransferConfig } from "./config.ts";
import { freezePlan, type IsFrozen } from "./freeze-plan.ts";

/** An encoder with a new head. */
export interface TransferNetwork {
  readonly parameters: ParameterSpecs;
  /** Running averages of the normalizations; weights like the parameters. */
  readonly statistics: ParameterSpecs;
  /** Classification: `[N, classes]`; segmentation: `[N, classes, D, H, W]`; images `[N, 1, D, H, W]`. */
  logits(parameters: Parameters, normalize: Normalize, image: Tensor): Tensor;
}

/** The encoder and the decoder of Med3D's transfer, or global average and a linear layer. `classes` counts background. */
export function transferNetwork(
  encoder: ResnetConfig,
  config: Pick<TransferConfig, "task" | "decoder" | "doubling">,
  classes: number,
): TransferNetwork {
  const inputs = resnetChannels(encoder);
  const head = { inputs, classes, groups: config.decoder, doubling: config.doubling };
  const isSegmentation = config.task === "segmentation";
  const parameters = {
    ...resnetParameters(encoder),
    ...(isSegmentation ? transferDecoderParameters(head) : classifierParameters(head)),
  };
  return {
    parameters,
    statistics: runningStatistics(parameters),
    logits(own, normalize, image) {
      const features = resnet(encoder, own, normalize, image); // [N, C, D / 8, H / 8, W / 8]
      if (!isSegmentation) return classifier(own, features); // [N, classes]
      return transferDecoder(head, own, normalize, features, image.shape.slice(2)); // [N, classes, D, H, W]
    },
  };
}

/**
 * What patterns freeze of a network.
 * @throws InputError for a pattern that matches nothing, and where no parameter is left that learns
 */
export function frozenParts({ parameters, statistics }: TransferNetwork, patterns: readonly string[]): IsFrozen {
  const names = Object.keys(parameters);
  const isFrozen = freezePlan(patterns, [...names, ...Object.keys(statistics)]);
  if (!names.every(isFrozen)) return isFrozen;
  throw new InputError({
    subject: `--freeze ${patterns.join(" ")}`,
    expected: "a parameter at least that learns",
    got: `all ${names.length} frozen`,
    todo: "Leave the head out of the patterns.",
  });
}

/** Training mode, but for normalizations whose running averages are frozen: those use them, and leave them alone. */
export function partlyFrozenNorm(
  parameters: Parameters,
  isFrozen: IsFrozen,
): { readonly normalize: Normalize; readonly statistics: Readonly<Record<string, Tensor>> } {
  const training = trainingNorm(parameters);
  const inference = inferenceNorm(parameters);
  const isKept = (name: string): boolean => isFrozen(`${name}.running_mean`) || isFrozen(`${name}.running_var`);
  return {
    statistics: training.statistics,
    normalize: (name, x) => (isKept(name) ? inference(name, x) : training.normalize(name, x)),
  };
}

/**
 * Two features along every axis at least: a single one, in a batch of one, has no variance to normalize by.
 * @throws InputError for a smaller patch
 */
export function assertPatchFits(patch: Shape, encoder: ResnetConfig): void {
  const least = resnetStride(encoder).map((stride) => 2 * stride);
  if (patch.every((extent, axis) => extent >= least[axis])) return;
  throw new InputError({
    subject: "setting patch",
    expected: `at least ${least.join("x")} voxels, because the encoder's stride is ${resnetStride(encoder).join("x")}`,
    got: patch.join("x"),
    todo: "Choose a larger patch; smaller images are padded to it.",
  });
}
