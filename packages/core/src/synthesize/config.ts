import { z } from "zod";

const range = z.tuple([z.number(), z.number()]);

/** Settings of the synthesizer. */
export const synthesizeConfig = z.object({
  coupling: z
    .enum(["independent", "coupled"])
    .describe("independent: shape and appearance from two subjects; coupled: both from the same one"),
  validationShare: z
    .number()
    .min(0)
    .max(0.5)
    .describe("share of the subjects kept for synthesized validation examples"),
  gamma: range.describe("the image is raised to a power drawn log-uniformly from this range; [1, 1] switches it off"),
  intensityScale: range.describe("the image is multiplied by a factor drawn from this range; [1, 1] switches it off"),
  intensityShift: range.describe("a value drawn from this range is added; [0, 0] switches it off"),
  biasField: z
    .number()
    .min(0)
    .describe("largest relative strength of a smooth multiplicative field; 0 switches it off"),
  noise: z.number().min(0).describe("largest standard deviation of added noise; 0 switches it off"),
  affine: z.number().min(0).describe("largest random rotation (radians) and relative scaling; 0 switches it off"),
  examples: z.number().int().min(0).describe("examples written to the run folder for people to look at"),
});

export type SynthesizeConfig = z.infer<typeof synthesizeConfig>;

/** `paper` mixes the learned transforms and adds nothing; `fast` adds the changes that cost nothing and help. */
export const SYNTHESIZE_PRESETS: Readonly<Record<"fast" | "paper", SynthesizeConfig>> = {
  fast: {
    coupling: "independent",
    validationShare: 0.1,
    gamma: [0.7, 1.4],
    intensityScale: [0.8, 1.2],
    intensityShift: [-0.05, 0.05],
    biasField: 0.2,
    noise: 0.03,
    affine: 0.08,
    examples: 8,
  },
  paper: {
    coupling: "independent",
    validationShare: 0.1,
    gamma: [1, 1],
    intensityScale: [1, 1],
    intensityShift: [0, 0],
    biasField: 0,
    noise: 0,
    affine: 0,
    examples: 8,
  },
};
