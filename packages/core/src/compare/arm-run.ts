import { z } from "zod";
import { METRICS, type MetricName } from "../evaluate/case-metrics.ts";
import type { ArmName } from "../run/arms.ts";
import { type Store, subfolder } from "../run/store.ts";
import { ARM_RESULT, armFolder, readJson } from "./comparison-folder.ts";
import type { ArmRun } from "./results.ts";

const score = z.number().nullable();
const scores = z.object(Object.fromEntries(METRICS.map((name) => [name, score])) as Record<MetricName, typeof score>);

const cases = z.array(
  z.object({
    id: z.string(),
    metrics: z.object({
      labels: z.array(scores.extend({ label: z.number(), found: z.enum(["found", "missed", "spurious", "absent"]) })),
      mean: scores,
    }),
  }),
);

const armRun: z.ZodType<ArmRun> = z.object({
  seed: z.number(),
  cases,
  chosenByValidation: z.exactOptional(z.object({ step: z.number(), cases })),
  curve: z.array(z.object({ step: z.number(), loss: z.number(), validationDice: z.exactOptional(z.number()) })),
  seconds: z.object({ train: z.number(), label: z.number() }),
});

/** The scores of an arm, or undefined where it is not done. @throws InputError where its file is damaged. */
export function readArmRun(store: Store, arm: ArmName, seed: number): Promise<ArmRun | undefined> {
  return readJson(subfolder(store, armFolder(arm, seed)), ARM_RESULT, armRun);
}
