import {
  convParameters,
  instanceNorm,
  leakyRelu,
  normParameters,
  type ParameterSpecs,
  type Parameters,
  type Tensor,
} from "@voxelsmith/engine";
import { cropTo, padToMultiple } from "./pad-to-multiple.ts";
import { spatialLayers } from "./spatial-layers.ts";

export interface UnetConfig {
  readonly spatialRank: 2 | 3;
  /** Channels of the image. */
  readonly inputs: number;
  /** Channels of the levels, full resolution first. */
  readonly channels: readonly number[];
  /** Channels of the decoder's levels, coarsest first; more of them than levels up are plain levels at full
   * resolution. By default the encoder's channels in reverse, without the deepest. */
  readonly decoder?: readonly number[];
  readonly classes: number;
  /** 3^n convolutions a level. */
  readonly convolutions: number;
  readonly norm: "instance" | "none";
  /** Adds logits at the coarser levels of the decoder, for `unetLevels`. */
  readonly deepSupervision?: boolean;
}

const SLOPE = 0.2;

function decoderChannels({ channels, decoder }: UnetConfig): readonly number[] {
  return decoder ?? channels.slice(0, -1).reverse();
}

/** Does this level of the decoder double the extents and take a skip? */
function climbs({ channels }: UnetConfig, level: number): boolean {
  return level < channels.length - 1;
}

/** Parameters of `unet` (Ronneberger 2015, with padded convolutions): 1,781,791 for the 2-D segmenter of Zhao 2019. */
export function unetParameters(config: UnetConfig): ParameterSpecs {
  const { spatialRank, channels, classes, convolutions, norm } = config;
  const cube = (edge: number): readonly number[] => Array.from({ length: spatialRank }, () => edge);
  const specs: Record<string, ParameterSpecs[string]> = {};
  const block = (name: string, inputs: number, outputs: number): void => {
    for (let c = 0; c < convolutions; c++) {
      const layer = `${name}.${c}`;
      const convolution = convParameters(layer, { inputs: c === 0 ? inputs : outputs, outputs, kernel: cube(3) });
      // A normalization takes the mean away, and with it any bias before it.
      specs[`${layer}.weight`] = convolution[`${layer}.weight`];
      if (norm === "none") specs[`${layer}.bias`] = convolution[`${layer}.bias`];
      else Object.assign(specs, normParameters(`${layer}.norm`, outputs));
    }
  };
  let width = config.inputs;
  for (const [level, outputs] of channels.entries()) {
    block(`encoder.${level}`, width, outputs);
    width = outputs;
  }
  const decoder = decoderChannels(config);
  for (const [level, outputs] of decoder.entries()) {
    const skip = climbs(config, level) ? channels[channels.length - 2 - level] : 0;
    block(`decoder.${level}`, width + skip, outputs);
    width = outputs;
    const last = level === decoder.length - 1;
    if (!last && !(config.deepSupervision === true && climbs(config, level + 1))) continue;
    const initializer = { kind: "he", slope: 1 } as const; // linear layer
    const name = last ? "head" : `head.${level}`;
    Object.assign(specs, convParameters(name, { inputs: width, outputs: classes, kernel: cube(1), initializer }));
  }
  return specs;
}

/** Extents that are multiples of this need no padding. */
export function unetMultiple({ channels }: UnetConfig): number {
  return 2 ** (channels.length - 1);
}

/** Logits at full resolution, then with `deepSupervision` at 1/2, 1/4, ... of the padded grid. */
export function unetLevels(config: UnetConfig, parameters: Parameters, image: Tensor): readonly Tensor[] {
  const { channels, convolutions, norm } = config;
  const { conv, convWithSkip, maxPool } = spatialLayers(image.shape.slice(2));
  const layer = (name: string, x: Tensor, skip?: Tensor): Tensor => {
    const bias = norm === "none" ? parameters[`${name}.bias`] : undefined;
    const y = convWithSkip(x, skip, parameters[`${name}.weight`], bias);
    const [scale, shift] = [parameters[`${name}.norm.scale`], parameters[`${name}.norm.shift`]];
    return leakyRelu(norm === "none" ? y : instanceNorm(y, scale, shift), SLOPE);
  };
  const block = (name: string, input: Tensor, skip?: Tensor): Tensor => {
    let y = layer(`${name}.0`, input, skip);
    for (let c = 1; c < convolutions; c++) y = layer(`${name}.${c}`, y);
    return y;
  };
  const head = (name: string, features: Tensor): Tensor =>
    conv(features, parameters[`${name}.weight`], parameters[`${name}.bias`]);

  const skips: Tensor[] = [];
  let x = padToMultiple(image, unetMultiple(config)); // [N, inputs, D, H, W]
  for (const level of channels.keys()) {
    if (level > 0) x = maxPool(x);
    x = block(`encoder.${level}`, x); // [N, channels[l], D/2^l, H/2^l, W/2^l]
    if (level < channels.length - 1) skips.push(x);
  }
  const coarse: Tensor[] = [];
  const decoder = decoderChannels(config);
  for (const level of decoder.keys()) {
    x = block(`decoder.${level}`, x, skips.pop()); // [N, decoder[l], ...], twice the extents while there are skips
    const name = `head.${level}`;
    if (`${name}.weight` in parameters) coarse.unshift(head(name, x));
  }
  const logits = head("head", x); // [N, classes, padded D, H, W]
  return [cropTo(logits, image.shape.slice(2)), ...coarse];
}

/** Logits `[N, classes, D, H, W]` of an image `[N, inputs, D, H, W]`, any extents, slices too: pads and crops inside. */
export function unet(config: UnetConfig, parameters: Parameters, image: Tensor): Tensor {
  return unetLevels(config, parameters, image)[0];
}
