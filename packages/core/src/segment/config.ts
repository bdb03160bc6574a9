import { z } from "zod";

const extent = z.number().int().positive();
const widths = z.array(z.number().int().positive()).min(1);

/** Settings of the segmenter. */
export const segmentConfig = z.object({
  network: z.enum(["unet-3d", "unet-2d"]).describe("whole volumes, or slices along the third axis as in the paper"),
  channels: widths.describe("channels of the levels, full resolution first"),
  convolutions: z.number().int().positive().describe("convolutions a level"),
  norm: z.enum(["instance", "none"]).describe("normalization after each convolution"),
  deepSupervision: z
    .boolean()
    .default(false) // for run folders from before this setting
    .describe("the coarser levels of the decoder label, too, and the loss counts them"),
  loss: z.enum(["dice-cross-entropy", "cross-entropy"]).describe("what is minimized"),
  slices: z.number().int().positive().describe("slices a step, for unet-2d"),
  patch: z
    .union([z.enum(["auto", "whole"]), z.tuple([extent, extent, extent])])
    .default("whole") // for run folders from before this setting
    .describe(
      "unet-3d: voxels that a step sees, along k, j, i, cut anywhere; whole: the whole grid; auto: at most 64^3",
    ),
  mirrored: z
    .boolean()
    .default(false) // for run folders from before this setting
    .describe("the mirror image is labeled too, left and right exchanged, and the mean of both probabilities counts"),
  planarBorders: z
    .boolean()
    .default(false) // for run folders from before this setting
    .describe("borders that are planes in the atlas's labels become planes in every label map"),
  steps: z.number().int().positive().describe("optimizer steps"),
  learningRate: z.number().positive().describe("peak learning rate of AdamW"),
  weightDecay: z.number().min(0).describe("decoupled weight decay"),
  warmupSteps: z.number().int().min(0).describe("steps of linear warm-up"),
  decay: z.enum(["none", "linear", "cosine"]).describe("how the learning rate falls to a twentieth at the last step"),
  averageDecay: z.number().min(0).max(1).describe("moving average of the weights; 0 switches it off"),
  validateEvery: z.number().int().positive().describe("steps between validations on synthesized examples"),
  validationExamples: z.number().int().positive().describe("synthesized examples that choose the checkpoint"),
});

export type SegmentConfig = z.infer<typeof segmentConfig>;

export const SEGMENT_PRESETS: Readonly<Record<"fast" | "paper", SegmentConfig>> = {
  fast: {
    network: "unet-3d",
    channels: [16, 32, 64, 128],
    convolutions: 2,
    norm: "instance",
    deepSupervision: false,
    loss: "dice-cross-entropy",
    slices: 16,
    patch: "auto",
    mirrored: false,
    planarBorders: false,
    steps: 1200,
    learningRate: 2e-3,
    weightDecay: 1e-4,
    warmupSteps: 50,
    decay: "cosine",
    averageDecay: 0.99,
    validateEvery: 200,
    validationExamples: 12,
  },
  paper: {
    network: "unet-2d",
    channels: [32, 32, 64, 64, 128, 128],
    convolutions: 2,
    norm: "none",
    deepSupervision: false,
    loss: "cross-entropy",
    slices: 16,
    patch: "whole",
    mirrored: false,
    planarBorders: false,
    steps: 30_000,
    learningRate: 5e-4,
    weightDecay: 0,
    warmupSteps: 0,
    decay: "none",
    averageDecay: 0,
    validateEvery: 700,
    validationExamples: 24,
  },
};
