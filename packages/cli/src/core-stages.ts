import { evaluateFiles, InputError, prepare, register, runRecipe, segmentScans, synthesize, train } from "@voxelsmith/core";
import { availableDevices } from "@voxelsmith/engine";
import type { Stages } from "./stages.ts";

/** The stages that this build has. */
export const coreStages: Stages = {
  run: runRecipe,
  prepare,
  register,
  synthesize,
  train,
  segment: segmentScans,
  evaluate: evaluateFiles,
  phantoms: missing("demo"),
  devices: async () => (await availableDevices()).filter(({ device }) => device !== "wasm"),
  forecast: missing("forecast"),
};

function missing(name: string): () => Promise<never> {
  return async () => {
    throw new InputError({ subject: name, expected: "a stage of this build", got: "none", todo: "Use a later build." });
  };
}
