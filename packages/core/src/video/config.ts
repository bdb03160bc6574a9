import { z } from "zod";
import { MOTIONS, SHAPES } from "./clip-classes.ts";

const count = z.number().int().positive();
const extent = z.number().int().min(16);
const share = z.number().min(0).max(1);
const isSet = (names: readonly string[]): boolean => new Set(names).size === names.length;
const once = { message: "each name once" };

/** All settings of the stand-in for pretraining on video, but for the encoder, which is that of whoever wants its weights. */
export const videoConfig = z.strictObject({
  seed: z.number().int().describe("all randomness follows from it"),
  preset: z.enum(["fast", "paper"]).describe("the values that were not set by hand"),
  device: z.enum(["cpu", "webgpu"]).describe("where the network trains and runs"),
  threads: count.describe("threads of ONNX Runtime; bit-identical results need the same number"),
  checkpointSeconds: z.number().positive().describe("at most this much work is lost when the machine stops"),
  clip: z
    .tuple([extent, extent, extent])
    .describe("frames, rows and columns of a clip; at least 16, twice the encoder's stride"),
  shapes: z.array(z.enum(SHAPES)).min(1).refine(isSet, once).describe("objects that are told apart"),
  motions: z
    .array(z.enum(MOTIONS))
    .min(2)
    .refine(isSet, once)
    .describe("motions that are told apart; every shape with every motion is a class"),
  distractors: share.describe("share of the clips with a second, smaller object, which moves as it likes"),
  drift: share.describe("share of the clips whose background moves behind the object, as for a moving camera"),
  noise: z
    .number()
    .min(0)
    .describe("largest standard deviation of noise; objects differ from the background by 0.9 to 1.8"),
  batch: count.describe("clips a step"),
  steps: count.describe("optimizer steps"),
  learningRate: z.number().positive().describe("peak learning rate of AdamW"),
  weightDecay: z.number().min(0).describe("decoupled weight decay"),
  warmupSteps: z.number().int().min(0).describe("steps of linear warm-up"),
  decay: z.enum(["none", "linear", "cosine"]).describe("how the learning rate falls to a twentieth at the last step"),
  validateEvery: count.describe("steps between two accuracies on held-out clips"),
  validationClips: count.describe("held-out clips, always the same; classes take turns"),
});

export type VideoConfig = z.infer<typeof videoConfig>;

/** What a preset says; the rest belongs to the one who starts the training. */
export type VideoPreset = Omit<VideoConfig, "seed" | "preset" | "device" | "threads">;

/**
 * `fast`: an ordinary processor. `paper`: all classes, and a clip's extents nearer to the 16 x 112 x 112 of
 * 3D-ResNets-PyTorch (Hara 2018); how Med3D's authors used its weights was never published.
 */
export const VIDEO_PRESETS: Readonly<Record<"fast" | "paper", VideoPreset>> = {
  fast: {
    checkpointSeconds: 60,
    clip: [32, 32, 32],
    shapes: [...SHAPES],
    motions: ["right", "left", "up", "down", "counterclockwise", "clockwise", "growing", "shrinking", "standing"],
    distractors: 0.5,
    drift: 0.5,
    noise: 0.2,
    batch: 8,
    steps: 3000,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    warmupSteps: 50,
    decay: "cosine",
    validateEvery: 250,
    validationClips: 108,
  },
  paper: {
    checkpointSeconds: 300,
    clip: [32, 64, 64],
    shapes: [...SHAPES],
    motions: [...MOTIONS],
    distractors: 0.5,
    drift: 0.5,
    noise: 0.4,
    batch: 32,
    steps: 50_000,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    warmupSteps: 500,
    decay: "cosine",
    validateEvery: 1000,
    validationClips: 960,
  },
};
