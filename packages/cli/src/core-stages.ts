import {
  chooseAtlas,
  evaluateFiles,
  forecastRun,
  prepare,
  register,
  runArms,
  runRecipe,
  segmentScans,
  synthesize,
  train,
  writeComparison,
  writePhantomCohort,
} from "@voxelsmith/core";
import { availableDevices } from "@voxelsmith/engine";
import type { Stages } from "./stages.ts";

/** The stages that this build has. */
export const coreStages: Stages = {
  chooseAtlas,
  run: runRecipe,
  prepare,
  register,
  synthesize,
  train,
  segment: segmentScans,
  evaluate: evaluateFiles,
  compare: runArms,
  report: writeComparison,
  phantoms: (store, seed, signal) => writePhantomCohort(store, { seed, signal }),
  devices: async () => (await availableDevices()).filter(({ device }) => device !== "wasm"),
  forecast: (config, manifest, readFile) =>
    forecastRun({ config, manifest, readFile, memoryBytes: () => process.memoryUsage.rss() }),
};
