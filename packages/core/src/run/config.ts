import { z } from "zod";
import { APPEARANCE_PRESETS, appearanceConfig } from "../appearance/config.ts";
import { PREPARE_PRESETS, prepareConfig } from "../prepare/config.ts";
import { SEGMENT_PRESETS, segmentConfig } from "../segment/config.ts";
import { SPATIAL_PRESETS, spatialConfig } from "../spatial/config.ts";
import { SYNTHESIZE_PRESETS, synthesizeConfig } from "../synthesize/config.ts";

export type Preset = "fast" | "paper";

/** All settings of a run, resolved: what `config.json` in the run folder holds. */
export const runConfig = z.object({
  seed: z.number().int().describe("all randomness follows from it"),
  preset: z.enum(["fast", "paper"]).describe("the values that were not set by hand"),
  device: z.enum(["cpu", "webgpu"]).describe("where networks train and run"),
  threads: z.number().int().positive().describe("threads of ONNX Runtime; bit-identical results need the same number"),
  checkpointSeconds: z.number().positive().describe("at most this much work is lost when the machine stops"),
  prepare: prepareConfig,
  spatial: spatialConfig,
  appearance: appearanceConfig,
  synthesize: synthesizeConfig,
  segment: segmentConfig,
});

export type RunConfig = z.infer<typeof runConfig>;

/** A preset with the settings that every run has. */
export function presetConfig(preset: Preset, settings: Pick<RunConfig, "seed" | "device" | "threads">): RunConfig {
  return {
    ...settings,
    preset,
    checkpointSeconds: 60,
    prepare: PREPARE_PRESETS[preset],
    spatial: SPATIAL_PRESETS[preset],
    appearance: APPEARANCE_PRESETS[preset],
    synthesize: SYNTHESIZE_PRESETS[preset],
    segment: SEGMENT_PRESETS[preset],
  };
}
