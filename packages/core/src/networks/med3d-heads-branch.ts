import {
  conv,
  convParameters,
  type ParameterSpecs,
  type Parameters,
  type Shape,
  type Tensor,
} from "@voxelsmith/engine";
import { upsampleInPlace } from "./med3d-heads-upsample.ts";

export interface SegmentationBranchConfig {
  /** The domain's name: its branch is optimized by its own cases only. */
  readonly domain: string;
  /** Channels of the features. */
  readonly inputs: number;
  /** Classes of the domain, the background among them. */
  readonly classes: number;
}

const nameOf = ({ domain }: Pick<SegmentationBranchConfig, "domain">): string => `branches.${domain}`;

/** Parameters of `segmentationBranch`: `branches.DOMAIN.weight` and `.bias`. */
export function segmentationBranchParameters(config: SegmentationBranchConfig): ParameterSpecs {
  const { inputs, classes } = config;
  const initializer = { kind: "he", slope: 1 } as const; // linear layer
  return convParameters(nameOf(config), { inputs, outputs: classes, kernel: [1, 1, 1], initializer });
}

/**
 * Logits `[N, classes, D, H, W]` of one domain from the shared features `[N, inputs, d, h, w]`: a 1^3 convolution, then
 * linear upsampling to the image's `extents` (Chen 2019; the interpolation's grid is ours, see `upsampleInPlace`).
 */
export function segmentationBranch(
  config: SegmentationBranchConfig,
  parameters: Parameters,
  features: Tensor,
  { extents, stride }: { readonly extents: Shape; readonly stride: Shape },
): Tensor {
  const name = nameOf(config);
  const coarse = conv(features, parameters[`${name}.weight`], parameters[`${name}.bias`]); // [N, classes, d, h, w]
  return upsampleInPlace(coarse, extents, stride); // [N, classes, D, H, W]
}
