import {
  conv,
  convParameters,
  type ParameterSpecs,
  type Parameters,
  relu,
  type Shape,
  type Tensor,
} from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import { doubleByTransposedConv } from "./med3d-heads-transposed-conv.ts";
import { upsampleInPlace } from "./med3d-heads-upsample.ts";
import { cropTo } from "./pad-to-multiple.ts";
import { convWeight } from "./resnet-block.ts";
import { batchNormParameters, type Normalize } from "./resnet-norm.ts";

export interface TransferDecoderConfig {
  /** Channels of the features. */
  readonly inputs: number;
  /** Classes, the background among them. */
  readonly classes: number;
  /** Channels of each group after its doubling and after its convolution; every group doubles the extents. */
  readonly groups: readonly (readonly [doubled: number, convolved: number])[];
  /** `transposed`: a transposed 3^3 convolution, as in the paper. `linear`: interpolation, then a 3^3 convolution. */
  readonly doubling: "transposed" | "linear";
}

/**
 * The paper gives 256 and 128 channels for the first of three groups and leaves the others open: halved from group to
 * group here.
 */
export const TRANSFER_DECODER_DEFAULTS: Pick<TransferDecoderConfig, "groups" | "doubling"> = {
  groups: [
    [256, 128],
    [128, 64],
    [64, 32],
  ],
  doubling: "transposed",
};

/** Parameters of `transferDecoder`, all of them new in a transfer: `decoder.GROUP.*` and `decoder.head.*`. */
export function transferDecoderParameters({
  inputs,
  classes,
  groups,
  doubling,
}: TransferDecoderConfig): ParameterSpecs {
  const specs: Record<string, ParameterSpecs[string]> = {};
  let width = inputs;
  for (const [group, [doubled, convolved]] of groups.entries()) {
    const name = `decoder.${group}`;
    if (doubling === "transposed") {
      const fanIn = (width * 27) / 8; // a fine voxel sees an eighth of the taps
      const initializer = { kind: "normal", deviation: Math.sqrt(2 / fanIn) } as const;
      specs[`${name}.up.weight`] = { shape: [width, doubled, 3, 3, 3], initializer };
    } else {
      Object.assign(specs, convWeight(`${name}.up`, [doubled, width, 3, 3, 3]));
    }
    Object.assign(specs, batchNormParameters(`${name}.bn1`, doubled));
    Object.assign(specs, convWeight(`${name}.conv`, [convolved, doubled, 3, 3, 3]));
    Object.assign(specs, batchNormParameters(`${name}.bn2`, convolved));
    width = convolved;
  }
  const initializer = { kind: "he", slope: 1 } as const; // linear layer
  const head = convParameters("decoder.head", { inputs: width, outputs: classes, kernel: [1, 1, 1], initializer });
  return { ...specs, ...head };
}

/**
 * Logits `[N, classes, D, H, W]` of an image of `extents` from its features `[N, inputs, ceil(D / 2^groups), ...]`: each
 * group doubles the extents and convolves, with normalization and ReLU after both, then 1^3 (Chen 2019, lung task).
 * @throws InputError where the groups do not lead back to the image's extents
 */
export function transferDecoder(
  { groups, doubling }: Pick<TransferDecoderConfig, "groups" | "doubling">,
  parameters: Parameters,
  normalize: Normalize,
  features: Tensor,
  extents: Shape,
): Tensor {
  const stride = 2 ** groups.length;
  const coarse = features.shape.slice(2);
  if (extents.some((extent, axis) => Math.ceil(extent / stride) !== coarse[axis])) {
    throw new InputError({
      subject: "decoder of the segmentation head",
      expected: `features of extents [${extents.map((extent) => Math.ceil(extent / stride))}] for ${groups.length} groups`,
      got: `[${coarse}]`,
      todo: "Give the decoder as many groups as the encoder halves the extents.",
    });
  }
  let x = features;
  for (const group of groups.keys()) {
    const name = `decoder.${group}`;
    const weight = parameters[`${name}.up.weight`];
    const doubled = doubling === "transposed" ? doubleByTransposedConv(x, weight) : conv(doubleLinearly(x), weight);
    x = relu(normalize(`${name}.bn1`, doubled)); // [N, groups[g][0], 2 d, 2 h, 2 w]
    x = relu(normalize(`${name}.bn2`, conv(x, parameters[`${name}.conv.weight`]))); // [N, groups[g][1], 2 d, 2 h, 2 w]
  }
  const logits = conv(x, parameters["decoder.head.weight"], parameters["decoder.head.bias"]); // [N, classes, ...]
  return cropTo(logits, extents); // what was rounded up
}

function doubleLinearly(x: Tensor): Tensor {
  const doubled = x.shape.slice(2).map((extent) => 2 * extent);
  return upsampleInPlace(x, doubled, [2, 2, 2]);
}
