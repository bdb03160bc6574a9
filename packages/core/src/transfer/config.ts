import { z } from "zod";

const count = z.number().int().positive();
const extents = z.tuple([count, count, count]);

/** All settings of a transfer: what `config.json` of its run folder holds. */
export const transferConfig = z.strictObject({
  seed: z.number().int().describe("all randomness follows from it"),
  preset: z.enum(["fast", "paper"]).describe("the values that were not set by hand"),
  device: z.enum(["cpu", "webgpu"]).describe("where the network trains and runs"),
  threads: count.describe("threads of ONNX Runtime; bit-identical results need the same number"),
  checkpointSeconds: z.number().positive().describe("at most this much work is lost when the machine stops"),
  task: z.enum(["segmentation", "classification"]).describe("a label for each voxel, or one class for each image"),
  from: z.string().min(1).describe("file of weights that the encoder starts from, or `scratch`"),
  depth: z
    .union([z.literal("auto"), count])
    .describe("of the encoder: 10, 18, 34, 50, 101, 152, 200; auto: that of the weights, 10 from scratch"),
  shortcut: z
    .enum(["auto", "A", "B"])
    .describe("of the encoder: zeros (A) or a convolution (B); auto: as in the weights"),
  activation: z.enum(["auto", "post", "pre"]).describe("of the encoder's blocks; auto: as in the weights"),
  widths: z
    .union([z.literal("auto"), z.tuple([count, count, count, count])])
    .describe("channels of the encoder's stages; auto: as in the weights, [64,128,256,512] from scratch"),
  channels: z.enum(["sum", "mean"]).describe("how a first convolution for color images is brought to one channel"),
  patch: z
    .union([z.literal("auto"), extents])
    .describe("voxels of a sample along k, j, i; auto: the median of the training cases, at most 64"),
  decoder: z
    .array(z.tuple([count, count]))
    .length(3)
    .describe("segmentation: channels of the decoder's groups after doubling and after convolving"),
  doubling: z.enum(["transposed", "linear"]).describe("segmentation: how the decoder doubles the extents"),
  labelShare: z.number().min(0).max(1).describe("segmentation: share of the patches that are drawn around a label"),
  batch: count.describe("samples a step; classification: twice as many unless set"),
  steps: count.describe("optimizer steps"),
  learningRate: z.number().positive().describe("peak learning rate of AdamW, for parameters that are new"),
  encoderRate: z.number().min(0).describe("factor on the learning rate for parameters that were loaded"),
  freeze: z.array(z.string().min(1)).describe("patterns of parameters that stay as they are, for example layer1.*"),
  weightDecay: z.number().min(0).describe("decoupled weight decay"),
  warmupSteps: z.number().int().min(0).describe("steps of linear warm-up"),
  decay: z.enum(["none", "linear", "cosine"]).describe("how the learning rate falls to a twentieth at the last step"),
  flips: z
    .array(z.enum(["left-right", "back-front", "down-up"]))
    .describe("directions in which half of the samples are mirrored; leave out those whose sides matter"),
  gain: z.number().min(0).max(0.9).describe("intensities of a sample are multiplied by 1 - gain to 1 + gain"),
  shift: z.number().min(0).describe("and moved by up to this many standard deviations"),
  gamma: z
    .number()
    .min(0)
    .describe("and raised to a power of up to exp(gamma), or one over it, between their extremes"),
  jitter: z.number().int().min(0).describe("classification: a sample is cut up to this many voxels beside the middle"),
  validateEvery: count.describe("steps between two scores on the validation cases"),
  validationCases: count.describe(
    "validation cases that are scored then, drawn by seed; all of them where there are fewer",
  ),
  keep: z.enum(["best", "last"]).describe("weights of the best validation, where there is one, or of the last step"),
});

export type TransferConfig = z.infer<typeof transferConfig>;

/** What a preset says; the rest belongs to the one who starts the run. */
export type TransferPreset = Omit<TransferConfig, "seed" | "preset" | "device" | "threads" | "task" | "from">;

/**
 * A batch of few images whose classes are alike shows the normalizations nothing of what tells classes apart: images of
 * a classification, which are fewer voxels than patches are, come twice as many at a time.
 */
export function presetSettings(preset: TransferConfig["preset"], task: TransferConfig["task"]): TransferPreset {
  const settings = TRANSFER_PRESETS[preset];
  return task === "classification" ? { ...settings, batch: 2 * settings.batch } : settings;
}

/**
 * `paper`: the decoder's widths and Adam's rate of Med3D's transfer (Chen 2019; 0.001 when pretrained). `fast`: the
 * same method, narrower behind the encoder and with fewer steps, for an ordinary processor.
 */
export const TRANSFER_PRESETS: Readonly<Record<"fast" | "paper", TransferPreset>> = {
  fast: {
    checkpointSeconds: 60,
    depth: "auto",
    shortcut: "auto",
    activation: "auto",
    widths: "auto",
    channels: "sum",
    patch: "auto",
    decoder: [
      [64, 32],
      [32, 16],
      [16, 16],
    ],
    doubling: "linear",
    labelShare: 0.67,
    batch: 2,
    steps: 600,
    learningRate: 1e-3,
    encoderRate: 0.3,
    freeze: [],
    weightDecay: 1e-4,
    warmupSteps: 30,
    decay: "cosine",
    flips: [],
    gain: 0.1,
    shift: 0.1,
    gamma: 0.1,
    jitter: 2,
    validateEvery: 50,
    validationCases: 24,
    keep: "best",
  },
  paper: {
    checkpointSeconds: 60,
    depth: "auto",
    shortcut: "auto",
    activation: "auto",
    widths: "auto",
    channels: "sum",
    patch: "auto",
    decoder: [
      [256, 128],
      [128, 64],
      [64, 32],
    ],
    doubling: "transposed",
    labelShare: 0.67,
    batch: 4,
    steps: 10_000,
    learningRate: 1e-3,
    encoderRate: 1,
    freeze: [],
    weightDecay: 0,
    warmupSteps: 0,
    decay: "none",
    flips: [],
    gain: 0,
    shift: 0,
    gamma: 0,
    jitter: 0,
    validateEvery: 250,
    validationCases: 1000,
    keep: "best",
  },
};
