import type { ParameterSpecs, Weights } from "@voxelsmith/engine";
import { resnetParameters } from "../networks/resnet.ts";
import type { ResnetConfig } from "../networks/resnet-config.ts";
import { runningStatistics } from "../networks/resnet-norm.ts";
import { type LoadReport, loadReport } from "../weights/load-report.ts";
import { readWeights } from "../weights/read-weights.ts";
import type { TransferConfig } from "./config.ts";
import { encoderInMetadata } from "./encoder-metadata.ts";
import { encoderFromScratch, encoderOfWeights } from "./encoder-of-weights.ts";

/** What a fine-tuning starts from. */
export interface TransferStart {
  readonly encoder: ResnetConfig;
  /** Parameters and running averages that were loaded, by name; none from scratch. */
  readonly weights: Weights;
  /** What became of each name of the file; absent from scratch. */
  readonly report?: LoadReport;
}

/** The word in place of a file for a training that starts from random weights. */
export const SCRATCH = "scratch";

/** Parameters and running averages of the encoder, which weights are compared with. */
export function encoderSpecs(encoder: ResnetConfig): ParameterSpecs {
  const parameters = resnetParameters(encoder);
  return { ...parameters, ...runningStatistics(parameters) };
}

/**
 * The start of a transfer: from the bytes of `config.from`, or from scratch without any. Heads and decoders of other
 * tasks are dropped; the load report says so.
 * @throws InputError for what is no file of weights, no residual encoder, or another one than the settings say
 */
export function startOf(config: TransferConfig, bytes: Uint8Array | undefined): TransferStart {
  if (bytes === undefined) return { encoder: encoderFromScratch(config), weights: {} };
  const arrays = readWeights(bytes, config.from);
  const encoder = encoderOfWeights(arrays, config, config.from, encoderInMetadata(bytes));
  const report = loadReport(arrays, encoderSpecs(encoder), { subject: config.from, channels: config.channels });
  return { encoder, weights: report.weights, report };
}
