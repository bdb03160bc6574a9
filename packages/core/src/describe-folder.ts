import { classCount, classNames, domainPlanSchema } from "./domains/plan.ts";
import type { ResnetConfig } from "./networks/resnet-config.ts";
import { encoderOf, type PretrainConfig } from "./pretrain/config.ts";
import { PRETRAIN_FOLDER, readPlans, readPretraining } from "./pretrain/pretrain-folder.ts";
import { PRETRAIN_STAGE } from "./pretrain/train.ts";
import { describeRun, type RunDescription, type StageState, stageState } from "./run/describe-run.ts";
import { readMetrics } from "./run/metrics-log.ts";
import { RUN_FOLDER } from "./run/run-folder.ts";
import { runKind } from "./run/run-kind.ts";
import type { Store } from "./run/store.ts";
import type { TransferConfig } from "./transfer/config.ts";
import { encoderInMetadata } from "./transfer/encoder-metadata.ts";
import { TRANSFER_STAGE } from "./transfer/fine-tune.ts";
import type { TransferManifest } from "./transfer/transfer-manifest.ts";
import { TRANSFER_MODEL } from "./transfer/transfer-model.ts";
import { planOfTransfer, readTransferRun } from "./transfer/transfer-run.ts";

/** What a folder of `pretrain` holds. */
export interface PretrainDescription {
  readonly config: PretrainConfig;
  readonly encoder: ResnetConfig;
  readonly domains: readonly {
    readonly name: string;
    /** Without background. */
    readonly classes: number;
    readonly training: number;
    readonly validation: number;
  }[];
  readonly stages: readonly StageState[];
  /** Whether the weights are there. */
  readonly finished: boolean;
}

/** What a folder of `transfer` holds. */
export interface TransferDescription {
  readonly config: TransferConfig;
  readonly manifest: TransferManifest;
  /** Names; for segmentation background comes first. */
  readonly classes: readonly string[];
  /** Only of a transfer that has ended. */
  readonly encoder?: ResnetConfig;
  readonly stages: readonly StageState[];
  readonly finished: boolean;
  /** Scores of the test cases as a table; absent where there are none. */
  readonly table?: string;
}

/** What a folder holds, by the command that made it. */
export type FolderDescription =
  | ({ readonly command: "run" } & RunDescription)
  | ({ readonly command: "pretrain" } & PretrainDescription)
  | ({ readonly command: "transfer" } & TransferDescription);

/** Reads a folder of `run`, `pretrain` or `transfer` without compiling a network. @throws InputError for any other */
export async function describeFolder(store: Store): Promise<FolderDescription> {
  switch (await runKind(store)) {
    case "run":
      return { command: "run", ...(await describeRun(store)) };
    case "pretrain":
      return { command: "pretrain", ...(await describePretraining(store)) };
    case "transfer":
      return { command: "transfer", ...(await describeTransfer(store)) };
  }
}

async function describePretraining(store: Store): Promise<PretrainDescription> {
  const { config, domains } = await readPretraining(store);
  const plans = await readPlans({ store, domains });
  return {
    config,
    encoder: encoderOf(config),
    domains: plans.map((plan) => ({
      name: plan.name,
      classes: classCount(plan) - 1,
      training: plan.training.length,
      validation: plan.validation.length,
    })),
    stages: [stageState(await readMetrics(store), PRETRAIN_STAGE, config.steps)],
    finished: (await store.read(PRETRAIN_FOLDER.weights)) !== undefined,
  };
}

async function describeTransfer(store: Store): Promise<TransferDescription> {
  const { config, manifest } = await readTransferRun(store);
  const weights = await store.read(TRANSFER_MODEL.weights);
  const encoder = weights && encoderInMetadata(weights);
  const table = await store.read(`${RUN_FOLDER.evaluation}/table.txt`);
  return {
    config,
    manifest,
    classes:
      manifest.task === "segmentation"
        ? classNames((await planOfTransfer(store, domainPlanSchema)).preparation)
        : manifest.classes,
    ...(encoder === undefined ? {} : { encoder }),
    stages: [stageState(await readMetrics(store), TRANSFER_STAGE, config.steps)],
    finished: weights !== undefined,
    ...(table === undefined ? {} : { table: new TextDecoder().decode(table).trimEnd() }),
  };
}
