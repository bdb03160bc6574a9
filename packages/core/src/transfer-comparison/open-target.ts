import type { ReadFile } from "../io/read-scan.ts";
import type { ResnetConfig } from "../networks/resnet-config.ts";
import type { StageHooks } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import type { TransferConfig } from "../transfer/config.ts";
import type { FineTuned } from "../transfer/fine-tune.ts";
import type { TransferStart } from "../transfer/start-weights.ts";
import type { ComparisonTarget, TargetSplit } from "./comparison-target.ts";
import { openClassification } from "./open-classification.ts";
import { openSegmentation } from "./open-segmentation.ts";
import type { TransferRun } from "./results.ts";

/** What opening a target takes. */
export interface OpenTargetRequest extends StageHooks {
  readonly target: ComparisonTarget;
  /** Where the plan of its cases lies. */
  readonly store: Store;
  readonly encoder: ResnetConfig;
  readonly patch: TransferConfig["patch"];
  readonly validationCases: number;
  /** Chooses the validation cases where there are more than that: the same ones for all jobs. */
  readonly seed: number;
  readFile: ReadFile;
}

/** One fine-tuning on an open target. */
export interface FineTuneJob {
  readonly config: TransferConfig;
  readonly start: TransferStart;
  /** The job's own folder. */
  readonly store: Store;
  readonly split: TargetSplit;
  /** Ids of the labeled cases to train on. */
  readonly training: readonly string[];
}

/** What a fine-tuning measured. */
export type TunedScores = Pick<TransferRun, "step" | "validation" | "curve" | "segmented" | "classified" | "diverged">;

/** A target whose prepared cases stay in memory from one fine-tuning to the next. */
export interface OpenTarget {
  fineTune(job: FineTuneJob): Promise<TunedScores>;
  /** The answers of a network that knows nothing: no class anywhere, or all classes alike. */
  missed(split: TargetSplit): Pick<TunedScores, "segmented" | "classified">;
}

export function openTarget(request: OpenTargetRequest): Promise<OpenTarget> {
  const { manifest } = request.target;
  return manifest.task === "segmentation" ? openSegmentation(request, manifest) : openClassification(request, manifest);
}

/** The part of the scores that both tasks have. */
export function curveScores({ step, curve }: FineTuned): Pick<TunedScores, "step" | "validation" | "curve"> {
  return { step, validation: curve.find((point) => point.step === step)?.score ?? 0, curve };
}
