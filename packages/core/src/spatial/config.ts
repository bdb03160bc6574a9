import { z } from "zod";

const widths = z.array(z.number().int().positive()).min(1);

/** Settings of the spatial model. */
export const spatialConfig = z.object({
  encoder: widths.describe("channels of the encoder's levels, full resolution of the network first"),
  decoder: widths.describe("channels of the decoder: one for each level up, then convolutions at the last resolution"),
  downsampling: z.enum(["max-pool", "stride"]).describe("how the encoder halves the grid"),
  fieldResolution: z.enum(["full", "half"]).describe("grid of the displacement; half trains about six times faster"),
  integrationSteps: z.number().int().min(0).describe("scaling-and-squaring steps; 0 takes the field as a displacement"),
  directions: z.enum(["one-network", "two-networks"]).describe("one network for both directions, or one for each"),
  similarity: z.enum(["local-ncc", "mse"]).describe("image term of the loss"),
  window: z.number().int().positive().describe("edge of the local NCC box in voxels"),
  smoothness: z.number().min(0).describe("weight of the mean squared forward difference of the displacement"),
  instanceSteps: z
    .number()
    .int()
    .min(0)
    .default(0) // for run folders from before this setting
    .describe("steps that improve each pair's field after the network (instance optimization); 0 switches it off"),
  steps: z.number().int().positive().describe("optimizer steps of each network"),
  learningRate: z.number().positive().describe("peak learning rate of Adam"),
  warmupSteps: z.number().int().min(0).describe("steps of linear warm-up"),
  decay: z.enum(["none", "linear", "cosine"]).describe("how the learning rate falls to a twentieth at the last step"),
});

export type SpatialConfig = z.infer<typeof spatialConfig>;

/** `fast` trains in minutes on two cores; `paper` is the network that brainstorm's code trains. */
export const SPATIAL_PRESETS: Readonly<Record<"fast" | "paper", SpatialConfig>> = {
  fast: {
    encoder: [16, 32, 32, 32],
    decoder: [32, 32, 32, 32],
    downsampling: "max-pool",
    fieldResolution: "half",
    integrationSteps: 0,
    directions: "one-network",
    similarity: "local-ncc",
    window: 5,
    smoothness: 0.5,
    instanceSteps: 0,
    steps: 4000,
    learningRate: 1e-3,
    warmupSteps: 50,
    decay: "cosine",
  },
  paper: {
    encoder: [16, 32, 32, 32],
    decoder: [32, 32, 32, 32, 32, 16, 16],
    downsampling: "max-pool",
    fieldResolution: "full",
    integrationSteps: 0,
    directions: "two-networks",
    similarity: "local-ncc",
    window: 9,
    smoothness: 1,
    instanceSteps: 0,
    steps: 50_000,
    learningRate: 5e-4,
    warmupSteps: 0,
    decay: "none",
  },
};
