import type { Schedule } from "@voxelsmith/engine";

/** The part of a stage's settings that says how its learning rate runs. */
export interface ScheduleSettings {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly decay: "none" | "linear" | "cosine";
}

/** A linear warm-up, then constant, or a decay to a twentieth of the peak at the last step. */
export function scheduleOf({ steps, learningRate, warmupSteps, decay }: ScheduleSettings): Schedule {
  return { learningRate, warmupSteps, decay, totalSteps: steps, finalFraction: 0.05 };
}
