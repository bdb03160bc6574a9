import { InputError } from "../errors.ts";
import { describeEncoder } from "../networks/describe-encoder.ts";
import {
  med3dResnet,
  RESNET_DEPTHS,
  type ResnetConfig,
  resnetBlocks,
  resnetExpansion,
} from "../networks/resnet-config.ts";
import type { NamedArrays } from "../weights/named-arrays.ts";

/** What a person says about the encoder; `auto` leaves it to the weights. */
export interface EncoderWishes {
  readonly depth: number | "auto";
  readonly shortcut: "A" | "B" | "auto";
  readonly activation: "post" | "pre" | "auto";
  readonly widths: readonly number[] | "auto";
}

/** The encoder of a training from scratch: what is wished, and MedicalNet's choices else. */
export function encoderFromScratch({ depth, shortcut, activation, widths }: EncoderWishes): ResnetConfig {
  return med3dResnet(depth === "auto" ? 10 : depth, {
    ...(shortcut === "auto" ? {} : { shortcut }),
    ...(activation === "auto" ? {} : { activation }),
    ...(widths === "auto" ? {} : { widths }),
  });
}

/**
 * The encoder that a file of weights is for, told by its names and shapes: blocks of the stages, two or three
 * convolutions a block, widths, shortcuts, and whether a block's first normalization has the channels of its input.
 * @param told what the file's metadata say, which then counts
 * @throws InputError where the arrays are no residual encoder, or another one than is wished
 */
export function encoderOfWeights(
  arrays: NamedArrays,
  wishes: EncoderWishes,
  subject: string,
  told?: ResnetConfig,
): ResnetConfig {
  const found = told ?? inferEncoder(arrays, subject);
  const asked = {
    depth: wishes.depth,
    widths: wishes.widths,
    shortcut: wishes.shortcut,
    activation: wishes.activation,
  } as const;
  for (const [name, wish] of Object.entries(asked)) {
    const got = found[name as keyof EncoderWishes];
    if (wish === "auto" || String(wish) === String(got)) continue;
    throw new InputError({
      subject,
      expected:
        name === "depth" ? `weights of a ResNet-${String(wish)}` : `weights of an encoder with ${name} ${String(wish)}`,
      got: `weights that look like a ${describeEncoder(found)}`,
      todo: `Leave --${name === "depth" ? name : `set ${name}`} out, or give other weights.`,
    });
  }
  return found;
}

function inferEncoder(arrays: NamedArrays, subject: string): ResnetConfig {
  const shape = (name: string): readonly number[] | undefined =>
    Object.hasOwn(arrays, name) ? arrays[name].shape : undefined;
  const blocks = [1, 2, 3, 4].map((stage) => {
    let count = 0;
    while (shape(`layer${stage}.${count}.conv1.weight`) !== undefined) count++;
    return count;
  });
  const expansion = shape("layer1.0.conv3.weight") === undefined ? 1 : 4;
  const depth = RESNET_DEPTHS.find(
    (one) => String(resnetBlocks({ depth: one })) === String(blocks) && resnetExpansion({ depth: one }) === expansion,
  );
  const widths = [1, 2, 3, 4].flatMap((stage) => shape(`layer${stage}.0.conv1.weight`)?.[0] ?? []);
  if (depth === undefined || widths.length !== 4 || shape("conv1.weight") === undefined) {
    const names = Object.keys(arrays).slice(0, 3).join(", ") || "nothing";
    const seen = blocks.some((count) => count > 0) ? `stages of ${blocks.join(", ")} blocks` : `arrays named ${names}`;
    throw new InputError({
      subject,
      expected: `a residual encoder of depth ${RESNET_DEPTHS.join(", ")} (conv1, layer1 to layer4)`,
      got: seen,
      todo: "Give weights of MedicalNet, of 3D-ResNets-PyTorch or of a run of `pretrain` or `transfer`.",
    });
  }
  const hasConvolution = Object.keys(arrays).some((name) => /^layer\d\.0\.downsample\.0\.weight$/.test(name));
  // A strided stage takes widths[0] * expansion channels in: a first normalization of that size comes before its convolution.
  const isPre = shape("layer2.0.bn1.weight")?.[0] === widths[0] * expansion && widths[0] * expansion !== widths[1];
  return med3dResnet(depth, {
    widths,
    shortcut: hasConvolution ? "B" : "A",
    activation: isPre ? "pre" : "post",
  });
}
