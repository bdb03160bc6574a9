import type { Weights } from "@voxelsmith/engine";
import { classNames, type DomainPlan } from "../domains/plan.ts";
import { encodeStateDict } from "../weights/state-dict-names.ts";
import { encoderOf } from "./config.ts";
import type { PretrainContext } from "./context.ts";
import { PRETRAIN_FOLDER } from "./pretrain-folder.ts";

/**
 * Writes encoder and branches as safetensors that PyTorch loads by name: the encoder as in MedicalNet, the branch of a
 * domain as `branches.NAME`. The metadata say what network it is and what each branch's channels mean.
 */
export async function savePretrained(
  { config, store }: PretrainContext,
  plans: readonly DomainPlan[],
  weights: Weights,
): Promise<void> {
  const domains = plans.map((plan) => ({
    name: plan.name,
    classes: classNames(plan),
    spacingMm: plan.spacingMm,
    clipPercentiles: plan.clipPercentiles,
  }));
  const metadata = {
    model: "voxelsmith pretrained encoder",
    encoder: JSON.stringify(encoderOf(config)),
    domains: JSON.stringify(domains),
    axes: "input [N, 1, k, j, i], i to the right, j to the front, k up (RAS), each volume clipped and standardized",
    training: JSON.stringify({ steps: config.steps, seed: config.seed, synthesize: config.synthesize }),
  };
  await store.write(PRETRAIN_FOLDER.weights, encodeStateDict(weights, undefined, metadata));
}
