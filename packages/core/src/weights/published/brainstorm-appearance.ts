import { add, type ParameterSpecs, type Parameters, type Tensor, warp } from "@voxelsmith/engine";
import { type AppearanceNetConfig, appearanceNet, appearanceParameters } from "../../networks/appearance-net.ts";
import { brainstormSpatialNet, brainstormSpatialParameters } from "./brainstorm-spatial.ts";

/** The published appearance network is ours at these widths. */
export const BRAINSTORM_APPEARANCE: AppearanceNetConfig = {
  encoder: [16, 32, 32, 32, 32, 32],
  decoder: [64, 64, 32, 32, 32, 16, 16],
};

/** The spatial model inside the appearance model brings the subject into the atlas's frame. */
const INNER = "flow_bck_model.";

/**
 * Parameters of `appearance_transform_model.h5`: the 602,685 of `appearanceNet` by our names, and the 300,547 of the
 * inner spatial model by the names of `readWeights`. Load them with `brainstormAppearanceName` as `rename`.
 */
export function brainstormAppearanceParameters(): ParameterSpecs {
  return { ...appearanceParameters(BRAINSTORM_APPEARANCE), ...brainstormSpatialParameters(INNER) };
}

/** Our name for a name that `readWeights` finds in the appearance file; others stay as they are. */
export function brainstormAppearanceName(name: string): string {
  return name
    .replace(/^app_trans_model\.unet_enc_conv3D_(\d)_1\./, "encoder.$1.0.")
    .replace(/^app_trans_model\.unet_dec0_conv3D_(\d)_0\./, "decoder.$1.0.")
    .replace(/^app_trans_model\.unet_dec0_conv3D_final\./, "head.")
    .replace(/^app_trans_model\.color_delta\./, "delta.");
}

/** What the published model computes, all `[N, 1, D, H, W]` in the atlas's frame. */
export interface BrainstormAppearance {
  /** The subject, pulled onto the atlas by the inner spatial model. */
  readonly subjectInAtlas: Tensor;
  /** The appearance change psi. */
  readonly delta: Tensor;
  /** atlas + psi */
  readonly changed: Tensor;
}

/**
 * The published appearance model: the subject is brought onto the atlas, and the change of intensities is read from
 * both. Images are `[N, 1, D, H, W]` in 0..1, any extents: pads and crops inside. Source: the graph stored in the
 * file, xamyzhao/brainstorm at 4634c60, trained_models/.
 */
export function brainstormAppearanceNet(parameters: Parameters, atlas: Tensor, subject: Tensor): BrainstormAppearance {
  const displacement = brainstormSpatialNet(parameters, subject, atlas, INNER); // [N, 3, D, H, W] voxels
  const subjectInAtlas = warp(subject, displacement); // [N, 1, D, H, W]
  const delta = appearanceNet(BRAINSTORM_APPEARANCE, parameters, atlas, subjectInAtlas); // [N, 1, D, H, W]
  return { subjectInAtlas, delta, changed: add(atlas, delta) };
}
