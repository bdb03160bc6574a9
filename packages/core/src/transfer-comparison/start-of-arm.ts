import type { ReadFile } from "../io/read-scan.ts";
import { PRETRAIN_FOLDER } from "../pretrain/pretrain-folder.ts";
import type { TransferConfig } from "../transfer/config.ts";
import { SCRATCH, startOf, type TransferStart } from "../transfer/start-weights.ts";
import type { TransferArmName } from "./arms.ts";
import type { ComparisonTarget } from "./comparison-target.ts";
import { pretrainingOf } from "./left-out.ts";
import { readPretrainingResult } from "./pretraining-result.ts";
import { transferSettings } from "./settings.ts";
import type { TransferComparisonContext } from "./transfer-comparison-context.ts";
import { pretrainingFolder } from "./transfer-comparison-folder.ts";
import type { TransferComparison } from "./transfer-comparison-record.ts";

/** Settings and start weights of a fine-tuning. Its pretraining must be done. */
export async function startOfArm(
  { comparison, store, readFile }: Pick<TransferComparisonContext, "comparison" | "store" | "readFile">,
  arm: TransferArmName,
  { name, manifest }: ComparisonTarget,
  { seed, learningRate }: Pick<TransferConfig, "seed" | "learningRate">,
): Promise<{ readonly config: TransferConfig; readonly start: TransferStart }> {
  const { settings, video } = comparison;
  const configOf = (from: string): TransferConfig =>
    transferSettings(settings, { seed, task: manifest.task, from, learningRate });
  const pretraining = pretrainingOf(arm, name, comparison);
  if (pretraining !== undefined) {
    const result = await readPretrainingResult(store, pretraining);
    const path = `${pretrainingFolder(arm, pretraining.leftOut)}/${result?.weights ?? PRETRAIN_FOLDER.weights}`;
    const config = configOf(store.locate(path));
    return { config, start: startOf(config, (await store.read(path)) ?? new Uint8Array()) };
  }
  const config = configOf(arm === "video" && video !== undefined ? video : SCRATCH);
  return { config, start: startOf(config, config.from === SCRATCH ? undefined : await readFile(config.from)) };
}

/**
 * The weights that a comparison is given, looked at before its first job.
 * @throws InputError where they are of another network than the settings say
 */
export async function checkVideoWeights(
  { settings, video }: Pick<TransferComparison, "settings" | "video">,
  readFile: ReadFile,
): Promise<void> {
  if (video === undefined) return;
  const any = { seed: settings.seed, task: "classification", learningRate: 1 } as const;
  startOf(transferSettings(settings, { ...any, from: video }), await readFile(video));
}
