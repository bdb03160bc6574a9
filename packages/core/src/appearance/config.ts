import { z } from "zod";

const widths = z.array(z.number().int().positive()).min(1);

/** Settings of the appearance model. */
export const appearanceConfig = z.object({
  encoder: widths.describe("channels of the encoder's levels, full resolution first"),
  decoder: widths.describe("channels of the decoder: one for each level up, then full-resolution convolutions"),
  smoothness: z.number().min(0).describe("weight of the boundary-aware smoothness against the mean squared error"),
  steps: z.number().int().positive().describe("optimizer steps"),
  learningRate: z.number().positive().describe("peak learning rate of Adam"),
  warmupSteps: z.number().int().min(0).describe("steps of linear warm-up"),
  decay: z.enum(["none", "linear", "cosine"]).describe("how the learning rate falls to a twentieth at the last step"),
});

export type AppearanceConfig = z.infer<typeof appearanceConfig>;

export const APPEARANCE_PRESETS: Readonly<Record<"fast" | "paper", AppearanceConfig>> = {
  fast: {
    encoder: [8, 16, 16, 16],
    decoder: [16, 16, 16, 8],
    smoothness: 0.02,
    steps: 600,
    learningRate: 1e-3,
    warmupSteps: 50,
    decay: "cosine",
  },
  paper: {
    encoder: [16, 32, 32, 32, 32, 32],
    decoder: [64, 64, 32, 32, 32, 16, 16],
    smoothness: 0.02,
    steps: 2000,
    learningRate: 5e-4,
    warmupSteps: 0,
    decay: "none",
  },
};
