import { COMPARISON_FOLDER } from "../compare/comparison-folder.ts";
import type { LabeledSize } from "./comparison-target.ts";

/** What every job writes last: where it is there, the job is done. */
export const JOB_RESULT = "result.json";

/** The layout of a comparison's folder beside its record and its report. */
export const TRANSFER_COMPARISON_FOLDER = {
  ...COMPARISON_FOLDER,
  /** A pretraining of an arm without some domains, each a folder of `voxelsmith pretrain`. */
  pretrain: "pretrain",
  /** What the runs of one target share: the plan of its cases. */
  targets: "targets",
  /** One folder a fine-tuning: its metrics and its result. */
  runs: "runs",
} as const;

/** A pretraining; `leftOut` are the domains that it must not see. */
export function pretrainingFolder(arm: string, leftOut: readonly string[]): string {
  const key = leftOut.length === 0 ? "all" : `without-${[...leftOut].sort().join("+")}`;
  return `${TRANSFER_COMPARISON_FOLDER.pretrain}/${arm}/${key}`;
}

/** Where the runs that make an arm's examples lie, one a domain: its pretrainings share them. */
export function sourcesFolder(arm: string): string {
  return `${TRANSFER_COMPARISON_FOLDER.pretrain}/${arm}`;
}

export function targetFolder(target: string): string {
  return `${TRANSFER_COMPARISON_FOLDER.targets}/${target}`;
}

/** All fine-tunings of an arm on a target with one number of labeled cases. */
export interface CellKey {
  readonly target: string;
  readonly arm: string;
  readonly size: LabeledSize;
}

/** One of them. */
export interface RunKey extends CellKey {
  readonly seed: number;
  readonly fold: number;
  readonly learningRate: number;
}

export function cellFolder({ target, arm, size }: CellKey): string {
  return `${TRANSFER_COMPARISON_FOLDER.runs}/${target}/${arm}/n-${size.isAll ? "all" : size.labeled}`;
}

export function runFolder(key: RunKey): string {
  return `${cellFolder(key)}/seed-${key.seed}/fold-${key.fold}/rate-${key.learningRate}`;
}
