import { concat, convParameters, type ParameterSpecs, type Parameters, type Tensor } from "@voxelsmith/engine";
import { spatialLayers } from "./spatial-layers.ts";
import { type UnetConfig, unet, unetParameters } from "./unet.ts";

export interface AppearanceNetConfig {
  /** Channels of the encoder's levels, full resolution first. */
  readonly encoder: readonly number[];
  /** Channels of the decoder: one for each level up, then full-resolution convolutions. */
  readonly decoder: readonly number[];
}

function body({ encoder, decoder }: AppearanceNetConfig): UnetConfig {
  return { spatialRank: 3, inputs: 2, channels: encoder, decoder, classes: 1, convolutions: 1, norm: "none" };
}

/** Parameters of `appearanceNet`: 602,685 for the network of brainstorm's code (Zhao 2019). */
export function appearanceParameters(config: AppearanceNetConfig): ParameterSpecs {
  // Starts next to "no change".
  const initializer = { kind: "normal", deviation: 1e-3 } as const;
  return {
    ...unetParameters(body(config)),
    ...convParameters("delta", { inputs: 1, outputs: 1, kernel: [3, 3, 3], initializer }),
  };
}

/**
 * Appearance change psi `[N, 1, D, H, W]`, to be added to the atlas in the atlas frame, from the atlas and a subject
 * that was warped onto it, both `[N, 1, D, H, W]`: a U-Net with one convolution a level, then 1^3 and 3^3, linear.
 */
export function appearanceNet(
  config: AppearanceNetConfig,
  parameters: Parameters,
  atlas: Tensor,
  subjectInAtlas: Tensor,
): Tensor {
  const features = unet(body(config), parameters, concat([atlas, subjectInAtlas])); // [N, 1, D, H, W]
  const { conv } = spatialLayers(atlas.shape.slice(2));
  return conv(features, parameters["delta.weight"], parameters["delta.bias"]); // [N, 1, D, H, W]
}
