import {
  concat,
  convParameters,
  integrateVelocity,
  leakyRelu,
  mul,
  type ParameterSpecs,
  type Parameters,
  reshape,
  type Shape,
  type Tensor,
  transpose,
  upsampleLinear,
} from "@voxelsmith/engine";
import { cropTo, padToMultiple } from "./pad-to-multiple.ts";
import { spatialLayers } from "./spatial-layers.ts";

export interface RegistrationConfig {
  readonly spatialRank: 2 | 3;
  /** Channels of the encoder's levels, one 3^n convolution each. */
  readonly encoder: readonly number[];
  /** Channels of the decoder: one convolution for each level up, the rest at the last resolution. */
  readonly decoder: readonly number[];
  readonly downsampling: "max-pool" | "stride";
  /** `half`: no convolution runs at full resolution; the field is upsampled linearly by 2, its values doubled. */
  readonly fieldResolution: "full" | "half";
  /** Scaling-and-squaring steps; 0 takes the field as a displacement. */
  readonly integrationSteps: number;
  /**
   * `brainstorm` (the default): halves BEFORE every level but the first, upsamples before a decoder convolution, ends
   * in a 1^n and a 3^n convolution. `voxelmorph`: halves AFTER every level, upsamples after a decoder convolution.
   */
  readonly family?: "brainstorm" | "voxelmorph";
}

const SLOPE = 0.2;

/** Channels of what the encoder keeps for the decoder, finest first. */
function skipChannels({ encoder, downsampling, family, ...config }: RegistrationConfig): readonly number[] {
  if (family !== "voxelmorph") return encoder.slice(0, -1);
  return downsampling === "max-pool" ? encoder : [inputChannels(config), ...encoder.slice(0, -1)];
}

function inputChannels({ fieldResolution, spatialRank }: Pick<RegistrationConfig, "fieldResolution" | "spatialRank">) {
  return fieldResolution === "half" ? 2 * 2 ** spatialRank : 2;
}

/** Extents that are multiples of this need no padding. */
export function registrationMultiple({ encoder, family, fieldResolution }: RegistrationConfig): number {
  const halvings = encoder.length - (family === "voxelmorph" ? 0 : 1);
  return 2 ** (halvings + (fieldResolution === "half" ? 1 : 0));
}

/**
 * Parameters of `registrationNet`: 298,681 for the network that brainstorm's code trains (Zhao 2019) and 327,331 for
 * VoxelMorph's default (Balakrishnan 2019), both with encoder 16, 32, 32, 32 and decoder 32, 32, 32, 32, 32, 16, 16.
 */
export function registrationParameters(config: RegistrationConfig): ParameterSpecs {
  const { spatialRank, encoder, decoder, family } = config;
  const cube = (edge: number): readonly number[] => Array.from({ length: spatialRank }, () => edge);
  const specs: Record<string, ParameterSpecs[string]> = {};
  const layer = (name: string, inputs: number, outputs: number): void => {
    Object.assign(specs, convParameters(name, { inputs, outputs, kernel: cube(3) }));
  };
  let channels = inputChannels(config);
  for (const [level, width] of encoder.entries()) {
    layer(`encoder.${level}`, channels, width);
    channels = width;
  }
  const skips = [...skipChannels(config)];
  for (const [level, width] of decoder.entries()) {
    if (family !== "voxelmorph") channels += skips.pop() ?? 0;
    layer(`decoder.${level}`, channels, width);
    channels = width;
    if (family === "voxelmorph") channels += skips.pop() ?? 0;
  }
  if (family !== "voxelmorph") {
    const initializer = { kind: "he", slope: 1 } as const; // linear layer
    Object.assign(
      specs,
      convParameters("point", { inputs: channels, outputs: spatialRank, kernel: cube(1), initializer }),
    );
    channels = spatialRank;
  }
  // Starts next to the identity, as both papers' code does.
  const initializer = { kind: "normal", deviation: 1e-5 } as const;
  Object.assign(
    specs,
    convParameters("flow", { inputs: channels, outputs: spatialRank, kernel: cube(3), initializer }),
  );
  return specs;
}

/**
 * Displacement on the field's own grid and in that grid's voxels, `[N, n, ...fieldExtents]`. Along an axis of one voxel
 * it is 0. Any extents: pads and crops inside.
 */
export function registrationField(
  config: RegistrationConfig,
  parameters: Parameters,
  moving: Tensor,
  fixed: Tensor,
): Tensor {
  const { encoder, decoder, downsampling, fieldResolution, integrationSteps, family } = config;
  const voxelmorph = family === "voxelmorph";
  const layers = spatialLayers(moving.shape.slice(2));
  const { conv, convWithSkip, maxPool } = layers;
  const weights = (name: string) => [parameters[`${name}.weight`], parameters[`${name}.bias`]] as const;
  const layer = (name: string, x: Tensor, stride = 1): Tensor => leakyRelu(conv(x, ...weights(name), stride), SLOPE);

  const pair = padToMultiple(concat([moving, fixed]), registrationMultiple(config)); // [N, 2, D, H, W]
  let x = fieldResolution === "half" ? blocksToChannels(layers.repeatFlat(pair)) : pair; // half: [N, 16, D/2, H/2, W/2]
  const skips: Tensor[] = [];
  for (const level of encoder.keys()) {
    const halve = voxelmorph || level > 0;
    if (voxelmorph && downsampling === "max-pool") {
      const features = layer(`encoder.${level}`, x); // [N, encoder[l], D/2^l, ...]
      skips.push(features);
      x = maxPool(features); // [N, encoder[l], D/2^(l+1), ...]
    } else {
      if (halve) skips.push(x);
      if (downsampling === "stride") x = layer(`encoder.${level}`, x, halve ? 2 : 1);
      else x = layer(`encoder.${level}`, halve ? maxPool(x) : x);
    }
  }
  // Twice the extents while there are skips: before a convolution, or in `voxelmorph` after it, thus before the next.
  let skip = voxelmorph ? undefined : skips.pop();
  for (const level of decoder.keys()) {
    x = leakyRelu(convWithSkip(x, skip, ...weights(`decoder.${level}`)), SLOPE); // [N, decoder[l], ...]
    skip = skips.pop();
  }
  if (!voxelmorph) x = conv(x, ...weights("point")); // [N, n, ...]
  const flow = convWithSkip(x, voxelmorph ? skip : undefined, ...weights("flow"));
  const field = layers.stayInPlane(flow); // [N, n, ...] voxels of the field's grid
  const displacement = integrationSteps > 0 ? integrateVelocity(field, integrationSteps) : field;
  return cropTo(displacement, fieldExtents(config, moving.shape.slice(2)));
}

/** Extents of the field for images of these: at half resolution half of them, rounded up. */
export function fieldExtents({ fieldResolution }: Pick<RegistrationConfig, "fieldResolution">, extents: Shape): Shape {
  return fieldResolution === "half" ? extents.map((extent) => Math.ceil(extent / 2)) : extents;
}

/**
 * Displacement `[N, n, D, H, W]` in voxels that pulls `moving` onto `fixed` (both `[N, 1, D, H, W]`):
 * warped(x) = moving(x + u(x)). Any extents: pads and crops inside.
 */
export function registrationNet(
  config: RegistrationConfig,
  parameters: Parameters,
  moving: Tensor,
  fixed: Tensor,
): Tensor {
  return fullDisplacement(config, registrationField(config, parameters, moving, fixed), fixed.shape.slice(2));
}

/** The field of `registrationField` on the images' own grid, of these extents, and in its voxels: `[N, n, D, H, W]`. */
export function fullDisplacement(
  { fieldResolution }: Pick<RegistrationConfig, "fieldResolution">,
  field: Tensor,
  extents: Shape,
): Tensor {
  // Cropped where half of the extents was rounded up.
  return cropTo(fieldResolution === "half" ? mul(upsampleLinear(field), 2) : field, extents);
}

/** Half the extents without losing a voxel: every 2^n block becomes 2^n channels. `[N, C, D, ..]` to `[N, C 2^n, D/2, ..]` */
function blocksToChannels(x: Tensor): Tensor {
  const [batch, channels, ...extents] = x.shape;
  const split = reshape(x, [batch, channels, ...extents.flatMap((extent) => [extent / 2, 2])]);
  const outer = extents.map((_, axis) => 2 + 2 * axis);
  const moved = transpose(split, [0, 1, ...outer.map((axis) => axis + 1), ...outer]);
  return reshape(moved, [batch, channels * 2 ** extents.length, ...extents.map((extent) => extent / 2)]);
}
