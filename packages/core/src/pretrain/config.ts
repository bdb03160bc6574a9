import { z } from "zod";
import { med3dResnet, RESNET_DEPTHS, type ResnetConfig } from "../networks/resnet-config.ts";
import { type RunConfig, runConfig } from "../run/config.ts";

/** Where the examples of every domain come from: its own labeled cases, or a run of the one-shot method. */
export const EXAMPLE_SOURCES = ["none", "independent", "rand-aug", "supervised"] as const;
export type ExampleSourceName = (typeof EXAMPLE_SOURCES)[number];

const count = z.number().int().positive();
const extents = z.tuple([count, count, count]);

/** All settings of a pretraining: what `config.json` of its run folder holds. */
export const pretrainConfig = z.strictObject({
  seed: z.number().int().describe("all randomness follows from it"),
  preset: z.enum(["fast", "paper"]).describe("the values that were not set by hand"),
  device: z.enum(["cpu", "webgpu"]).describe("where the network trains and runs"),
  threads: count.describe("threads of ONNX Runtime; bit-identical results need the same number"),
  checkpointSeconds: z.number().positive().describe("at most this much work is lost when the machine stops"),
  depth: z
    .number()
    .refine((depth) => RESNET_DEPTHS.some((one) => one === depth), { message: `one of ${RESNET_DEPTHS.join(", ")}` })
    .describe("of the encoder: 10, 18, 34, 50, 101, 152 or 200"),
  shortcut: z
    .enum(["auto", "A", "B"])
    .describe("of the encoder: zeros (A) or a convolution (B); auto: A for 18 and 34, B for the others"),
  activation: z.enum(["post", "pre"]).describe("of the encoder's blocks: normalization after or before a convolution"),
  widths: z.tuple([count, count, count, count]).describe("channels of the encoder's four stages"),
  patch: extents.describe("voxels of a patch along k, j, i, in each domain's own spacing"),
  patchesPerDomain: count.describe("patches of every domain in one step"),
  labelShare: z.number().min(0).max(1).describe("share of the patches that are drawn around a label"),
  steps: count.describe("optimizer steps"),
  optimizer: z.enum(["adam", "sgd"]).describe("Adam with decoupled weight decay, or SGD with momentum 0.9"),
  learningRate: z.number().positive().describe("peak learning rate"),
  weightDecay: z.number().min(0).describe("weight decay"),
  warmupSteps: z.number().int().min(0).describe("steps of linear warm-up"),
  decay: z.enum(["none", "linear", "cosine"]).describe("how the learning rate falls to a twentieth at the last step"),
  gain: z.number().min(0).max(0.9).describe("intensities of a patch are multiplied by 1 - gain to 1 + gain"),
  shift: z.number().min(0).describe("and moved by up to this many standard deviations"),
  gamma: z
    .number()
    .min(0)
    .max(1)
    .describe("and raised, between the patch's extremes, to a power of e^-gamma to e^gamma"),
  validationShare: z
    .number()
    .min(0)
    .max(0.5)
    .describe("share of a domain's labeled cases kept for validation where the data set names none"),
  validateEvery: count.describe("steps between two scores on validation cases"),
  validationPatches: count.describe("patches of every domain that are scored then, always the same"),
  synthesize: z
    .enum(EXAMPLE_SOURCES)
    .describe(
      "none: patches of labeled cases; independent or rand-aug: of examples made from one atlas a domain; supervised: labeled cases through the same path",
    ),
  synthesis: runConfig
    .pick({ prepare: true, spatial: true, appearance: true, synthesize: true })
    .describe("settings of the run that makes each domain's examples, named as those of `voxelsmith run`"),
});

export type PretrainConfig = z.infer<typeof pretrainConfig>;

/** What a preset says of the pretraining alone. */
export type PretrainPreset = Omit<
  PretrainConfig,
  "seed" | "preset" | "device" | "threads" | "synthesize" | "synthesis"
>;

/**
 * Med3D's own schedule was never published (its authors name Adam alone, for the transfer). `fast` pretrains a
 * ResNet-10 in hours on two cores; `paper` has the depth of its best results.
 */
export const PRETRAIN_PRESETS: Readonly<Record<"fast" | "paper", PretrainPreset>> = {
  fast: {
    checkpointSeconds: 120,
    depth: 10,
    shortcut: "auto",
    activation: "post",
    widths: [64, 128, 256, 512],
    patch: [48, 48, 48],
    patchesPerDomain: 1,
    labelShare: 0.5,
    steps: 2000,
    optimizer: "adam",
    learningRate: 1e-3,
    weightDecay: 1e-4,
    warmupSteps: 50,
    decay: "cosine",
    gain: 0.1,
    shift: 0.1,
    gamma: 0.1,
    validationShare: 0.1,
    validateEvery: 200,
    validationPatches: 8,
  },
  paper: {
    checkpointSeconds: 300,
    depth: 50,
    shortcut: "auto",
    activation: "post",
    widths: [64, 128, 256, 512],
    patch: [64, 64, 64],
    patchesPerDomain: 2,
    labelShare: 0.5,
    steps: 50_000,
    optimizer: "adam",
    learningRate: 1e-3,
    weightDecay: 0,
    warmupSteps: 0,
    decay: "none",
    gain: 0,
    shift: 0,
    gamma: 0,
    validationShare: 0.1,
    validateEvery: 1000,
    validationPatches: 32,
  },
};

/** The encoder that the settings ask for. */
export function encoderOf({ depth, shortcut, activation, widths }: PretrainConfig): ResnetConfig {
  return med3dResnet(depth, { activation, widths, ...(shortcut === "auto" ? {} : { shortcut }) });
}

/** The part of a run's settings that `synthesis` holds. */
export type SynthesisConfig = Pick<RunConfig, "prepare" | "spatial" | "appearance" | "synthesize">;
