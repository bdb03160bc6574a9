import { conv, type ParameterSpecs, type Parameters, relu, type Tensor } from "@voxelsmith/engine";
import { doubleByTransposedConv } from "./med3d-heads-transposed-conv.ts";
import { convWeight } from "./resnet-block.ts";
import { batchNormParameters, type Normalize } from "./resnet-norm.ts";

export interface ConvSegConfig {
  /** Channels of the features. */
  readonly inputs: number;
  readonly classes: number;
}

/** Channels between the layers, in all that MedicalNet ships. */
const WIDTH = 32;

/** Parameters of `convSeg`, named as in MedicalNet's checkpoints of fine-tuned networks. */
export function convSegParameters({ inputs, classes }: ConvSegConfig): ParameterSpecs {
  return {
    "conv_seg.0.weight": {
      shape: [inputs, WIDTH, 2, 2, 2],
      initializer: { kind: "normal", deviation: Math.sqrt(2 / inputs) }, // each output voxel sees one voxel
    },
    "conv_seg.0.bias": { shape: [WIDTH], initializer: { kind: "constant", value: 0 } },
    ...batchNormParameters("conv_seg.1", WIDTH),
    ...convWeight("conv_seg.3", [WIDTH, WIDTH, 3, 3, 3]),
    ...batchNormParameters("conv_seg.4", WIDTH),
    ...convWeight("conv_seg.6", [classes, WIDTH, 1, 1, 1]),
  };
}

/**
 * The decoder that MedicalNet's code ships: logits `[N, classes, 2 d, 2 h, 2 w]` of features `[N, inputs, d, h, w]`, a
 * quarter of the image's resolution. `transferDecoder` is the paper's, at full resolution.
 */
export function convSeg(parameters: Parameters, normalize: Normalize, features: Tensor): Tensor {
  const weight = (layer: number): Tensor => parameters[`conv_seg.${layer}.weight`];
  const doubled = doubleByTransposedConv(features, weight(0), parameters["conv_seg.0.bias"]); // [N, 32, 2 d, ...]
  const first = relu(normalize("conv_seg.1", doubled));
  const second = relu(normalize("conv_seg.4", conv(first, weight(3)))); // [N, 32, 2 d, 2 h, 2 w]
  return conv(second, weight(6)); // [N, classes, 2 d, 2 h, 2 w]
}
