import { z } from "zod";

const range = z.tuple([z.number(), z.number()]);
const share = z.number().min(0).max(1);

/** Settings of the synthesizer. */
export const synthesizeConfig = z.object({
  transforms: z
    .enum(["independent", "coupled", "none"])
    .describe("learned transforms: shape and intensities from two subjects, both from the same one, or none at all"),
  validationShare: z
    .number()
    .min(0)
    .max(0.5)
    .describe("share of the subjects kept for synthesized validation examples"),
  randomShare: share.describe(
    "share of the examples that a random smooth displacement and one intensity factor make, in place of learned transforms",
  ),
  randomDisplacement: z
    .number()
    .min(0)
    .describe("root mean square of that displacement along each axis, as a share of the grid's mean extent"),
  randomIntensity: z.number().min(0).max(1).describe("that factor is drawn from 1 - this to 1 + this"),
  pseudoShare: share.describe("share of the examples that are unlabeled scans with labels that a model gave them"),
  pseudoLabels: z
    .enum(["sas", "segmenter"])
    .describe("which model gives them: registration of the atlas, or a first segmenter (self-training)"),
  displacementSmoothness: z
    .number()
    .positive()
    .describe("standard deviation that random displacements are smooth over, as a share of the grid's mean extent"),
  elastic: z
    .number()
    .min(0)
    .describe("largest root mean square of a random displacement on top of the others; 0 switches it off"),
  gamma: range.describe("the image is raised to a power drawn log-uniformly from this range; [1, 1] switches it off"),
  intensityScale: range.describe("the image is multiplied by a factor drawn from this range; [1, 1] switches it off"),
  intensityShift: range.describe("a value drawn from this range is added; [0, 0] switches it off"),
  biasField: z
    .number()
    .min(0)
    .describe("largest relative strength of a smooth multiplicative field; 0 switches it off"),
  noise: z.number().min(0).describe("largest standard deviation of added noise; 0 switches it off"),
  blur: share.describe("largest share of the image that a Gaussian of one voxel blurs; 0 switches it off"),
  affine: z.number().min(0).describe("largest random rotation (radians) and relative scaling; 0 switches it off"),
  flip: z
    .enum(["none", "auto", "left-right"])
    .describe(
      "half of the examples mirrored, labels named left and right exchanged; auto becomes left-right in an arm whose names allow it",
    ),
  examples: z.number().int().min(0).describe("examples written to the run folder for people to look at"),
});

export type SynthesizeConfig = z.infer<typeof synthesizeConfig>;

/** The learned transforms, mixed and matched, and nothing added to them. */
export const LEARNED_ALONE: SynthesizeConfig = {
  transforms: "independent",
  validationShare: 0.1,
  randomShare: 0,
  // The authors' numbers on 160 x 192 x 224 voxels: 3.3 voxels rms after smoothing with sigma 12, factors 0.5 to 1.5.
  randomDisplacement: 0.017,
  randomIntensity: 0.5,
  pseudoShare: 0,
  pseudoLabels: "sas",
  displacementSmoothness: 0.0625,
  elastic: 0,
  gamma: [1, 1],
  intensityScale: [1, 1],
  intensityShift: [0, 0],
  biasField: 0,
  noise: 0,
  blur: 0,
  affine: 0,
  flip: "none",
  examples: 8,
};

/** The classic augmentations, each at a strength that people use for brain scans. */
export const HAND_TUNED = {
  elastic: 0.017,
  gamma: [0.7, 1.4],
  intensityScale: [0.8, 1.2],
  intensityShift: [-0.05, 0.05],
  biasField: 0.2,
  noise: 0.03,
  blur: 0.5,
  affine: 0.15,
  flip: "auto",
} satisfies Partial<SynthesizeConfig>;

/** `paper` mixes the learned transforms and adds nothing; `fast` adds the changes that cost nothing and help. */
export const SYNTHESIZE_PRESETS: Readonly<Record<"fast" | "paper", SynthesizeConfig>> = {
  fast: {
    ...LEARNED_ALONE,
    gamma: [0.7, 1.4],
    intensityScale: [0.8, 1.2],
    intensityShift: [-0.05, 0.05],
    biasField: 0.2,
    noise: 0.03,
    affine: 0.08,
  },
  paper: LEARNED_ALONE,
};
