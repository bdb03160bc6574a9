import { axisCodes } from "../volume/orientation.ts";
import type { Grid } from "../volume/volume.ts";
import type { SynthesizeConfig } from "./config.ts";

/**
 * The settings as they apply on a prepared grid. A mirrored example is turned round along the first axis, which runs from
 * left to right in volumes, axial and coronal slices. A sagittal slice shows one side alone: exchanging left and right
 * cannot be seen in it, and turning its first axis round would put the back in front, so that nothing is mirrored.
 */
export function settingsOnGrid(config: SynthesizeConfig, { affine }: Grid): SynthesizeConfig {
  const isAcross = "LR".includes(axisCodes(affine)[0]);
  return config.flip === "left-right" && !isAcross ? { ...config, flip: "none" } : config;
}
