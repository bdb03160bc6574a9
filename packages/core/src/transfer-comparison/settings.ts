import { z } from "zod";
import { med3dResnet, type ResnetConfig } from "../networks/resnet-config.ts";
import { type PretrainConfig, pretrainConfig } from "../pretrain/config.ts";
import { type TransferConfig, transferConfig } from "../transfer/config.ts";
import { type VideoConfig, videoConfig } from "../video/config.ts";

/** What the three networks have in common. */
export const ENCODER = { depth: true, shortcut: true, activation: true, widths: true } as const;
const COMMON = { seed: true, preset: true, device: true, threads: true } as const;
/** Settings of a pretraining that are not set there, but by arm or for all. */
export const OF_PRETRAINING = { ...COMMON, ...ENCODER, synthesize: true } as const;
/** The rates are swept, task and start are those of each job. */
export const OF_TRANSFER = { ...COMMON, ...ENCODER, task: true, from: true, learningRate: true } as const;
/** Arms have equal steps: those of the pretraining. */
export const OF_VIDEO = { ...COMMON, steps: true } as const;

/** Settings that all jobs of a comparison share: the `settings` of its comparison.json. */
export const transferComparisonSettings = z.strictObject({
  ...pretrainConfig.pick(COMMON).shape,
  encoder: pretrainConfig.pick(ENCODER),
  pretrain: pretrainConfig.omit(OF_PRETRAINING),
  video: videoConfig.omit(OF_VIDEO),
  transfer: transferConfig.omit(OF_TRANSFER),
});

export type TransferComparisonSettings = z.infer<typeof transferComparisonSettings>;

/** The encoder that every arm has. */
export function comparedEncoder({ encoder }: TransferComparisonSettings): ResnetConfig {
  const { depth, shortcut, activation, widths } = encoder;
  return med3dResnet(depth, { activation, widths, ...(shortcut === "auto" ? {} : { shortcut }) });
}

/** Settings of a pretraining on domains. */
export function pretrainSettings(
  { pretrain, encoder, seed, preset, device, threads }: TransferComparisonSettings,
  synthesize: PretrainConfig["synthesize"],
): PretrainConfig {
  return { ...pretrain, ...encoder, seed, preset, device, threads, synthesize };
}

/** Settings of the stand-in for pretraining on video. */
export function videoSettings(settings: TransferComparisonSettings): VideoConfig {
  const { video, pretrain, seed, preset, device, threads } = settings;
  return { ...video, seed, preset, device, threads, steps: pretrain.steps };
}

/** Settings of one fine-tuning. The encoder is spelled out, so that start weights of another one are refused. */
export function transferSettings(
  settings: TransferComparisonSettings,
  job: Pick<TransferConfig, "seed" | "task" | "from" | "learningRate">,
): TransferConfig {
  const { preset, device, threads, transfer } = settings;
  const { depth, shortcut, activation, widths } = comparedEncoder(settings);
  const [a, b, c, d] = widths;
  return { ...transfer, preset, device, threads, depth, shortcut, activation, widths: [a, b, c, d], ...job };
}
