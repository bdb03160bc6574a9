import { z } from "zod";
import { readJson } from "../compare/comparison-folder.ts";
import { type Store, subfolder } from "../run/store.ts";
import { TRANSFER_ARM_NAMES, type TransferArmName } from "./arms.ts";
import type { Pretraining } from "./left-out.ts";
import type { TransferArm, TransferComparisonResults } from "./results.ts";
import { JOB_RESULT, pretrainingFolder, TRANSFER_COMPARISON_FOLDER } from "./transfer-comparison-folder.ts";

/** `result.json` of a pretraining. */
export interface PretrainingResult {
  readonly arm: TransferArmName;
  readonly pretraining: TransferArm["pretraining"][number];
  /** Path of its weights in its folder. */
  readonly weights: string;
  /** What it learned from; none for video. */
  readonly domains: TransferComparisonResults["domains"];
}

const pretrainingResult: z.ZodType<PretrainingResult> = z.object({
  arm: z.enum(TRANSFER_ARM_NAMES),
  pretraining: z.object({
    leftOut: z.array(z.string()),
    steps: z.number(),
    seconds: z.number(),
    scores: z.record(z.string(), z.number()),
  }),
  weights: z.string(),
  domains: z.array(
    z.object({
      name: z.string(),
      classes: z.number(),
      training: z.number(),
      spacingMm: z.array(z.number()),
      atlas: z.exactOptional(z.string()),
    }),
  ),
});

/** The result of a pretraining, undefined where it is not done. */
export function readPretrainingResult(
  store: Store,
  { arm, leftOut }: Pretraining,
): Promise<PretrainingResult | undefined> {
  return readJson(subfolder(store, pretrainingFolder(arm, leftOut)), JOB_RESULT, pretrainingResult);
}

/** All pretrainings that are done, in the order of the arms. */
export async function readPretrainings(store: Store): Promise<readonly PretrainingResult[]> {
  const results: PretrainingResult[] = [];
  for (const arm of TRANSFER_ARM_NAMES) {
    // Three deep: `pretrain/ARM/KEY/result.json`; runs that make examples lie deeper.
    const paths = (await store.list(`${TRANSFER_COMPARISON_FOLDER.pretrain}/${arm}`)).filter((path) =>
      new RegExp(`^[^/]+/[^/]+/[^/]+/${JOB_RESULT}$`).test(path),
    );
    for (const path of paths) {
      const result = await readJson(store, path, pretrainingResult);
      if (result !== undefined) results.push(result);
    }
  }
  return results;
}
