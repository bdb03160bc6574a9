import { conv, overlappingMaxPool, type ParameterSpecs, type Parameters, relu, type Tensor } from "@voxelsmith/engine";
import { convWeight, resnetBlock, resnetBlockParameters, resnetBlockPlan } from "./resnet-block.ts";
import type { ResnetConfig } from "./resnet-config.ts";
import { batchNormParameters, type Normalize } from "./resnet-norm.ts";

/**
 * Parameters of `resnet`, named as in the state_dict of MedicalNet and 3D-ResNets-PyTorch without `module.`; the running
 * averages are `runningStatistics` of them. With `med3dResnet`: 14,355,520 for depth 10, 46,155,072 for depth 50.
 */
export function resnetParameters(config: ResnetConfig): ParameterSpecs {
  const specs: Record<string, ParameterSpecs[string]> = {
    ...convWeight("conv1", [config.widths[0], config.inputs, 7, 7, 7]),
    ...batchNormParameters("bn1", config.widths[0]),
  };
  for (const block of resnetBlockPlan(config)) Object.assign(specs, resnetBlockParameters(block));
  return specs;
}

/** What comes out after each part of the network, all `[N, channels, D / stride, H / stride, W / stride]`, rounded up. */
export interface ResnetFeatures {
  /** After the first convolution, before the pooling: Med3D stride 2, widths[0] channels. */
  readonly stem: Tensor;
  /** After each of the four stages: Med3D strides 4, 8, 8, 8. */
  readonly stages: readonly Tensor[];
}

/** As `resnet`, with what lies on the way, for heads that look at several resolutions. */
export function resnetFeatures(
  config: ResnetConfig,
  parameters: Parameters,
  normalize: Normalize,
  image: Tensor,
): ResnetFeatures {
  const first = conv(image, parameters["conv1.weight"], undefined, { stride: config.layout.stem, padding: 3 });
  const stem = relu(normalize("bn1", first)); // [N, widths[0], D/2, H/2, W/2]
  let x = overlappingMaxPool(stem); // [N, widths[0], D/4, H/4, W/4]
  const stages: Tensor[] = [];
  for (const block of resnetBlockPlan(config)) {
    x = resnetBlock(block, parameters, normalize, x);
    stages[block.stage] = x; // that of the stage's last block stays
  }
  return { stem, stages };
}

/**
 * Features `[N, resnetChannels, ceil(D / s), ceil(H / s), ceil(W / s)]` of images `[N, inputs, D, H, W]`, any extents, s
 * from `resnetStride` (Med3D: 8). Voxel p of the features is centered on voxel s p of the image. He 2016 in 3-D after
 * Hara 2018 and Chen 2019; the pre-activated network ends without a last normalization, as Hara's.
 */
export function resnet(config: ResnetConfig, parameters: Parameters, normalize: Normalize, image: Tensor): Tensor {
  const { stages } = resnetFeatures(config, parameters, normalize, image);
  return stages[stages.length - 1];
}
