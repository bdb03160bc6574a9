import { z } from "zod";
import { checkAgainst, parseJson } from "../dataset/check-against.ts";
import { manifestSchema } from "../dataset/manifest.ts";
import { type DomainPlan, domainPlanSchema } from "../domains/plan.ts";
import { InputError } from "../errors.ts";
import { readPart } from "../run/read-part.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { type Store, writeJson } from "../run/store.ts";
import { type PretrainConfig, pretrainConfig } from "./config.ts";
import type { Domain, PretrainContext } from "./context.ts";

/** The layout of a pretraining's folder. */
export const PRETRAIN_FOLDER = {
  config: RUN_FOLDER.config,
  environment: RUN_FOLDER.environment,
  metrics: RUN_FOLDER.metrics,
  /** How the cases of every domain become examples; may be edited before training begins. */
  plan: RUN_FOLDER.plan,
  /** Which cases each domain has, and where. */
  domains: "domains.json",
  /** Encoder and branches, named as in a state_dict of PyTorch. */
  weights: "weights.safetensors",
} as const;

/** Where a domain's synthesized examples are made: a run folder of its own. */
export function domainFolder(name: string): string {
  return `domains/${name}`;
}

const PRETRAINING = {
  kind: "a folder of `voxelsmith pretrain`",
  todo: "Check the path, or begin one with --domain NAME=PATH.",
};

const planFile = z.strictObject({ version: z.literal(1), domains: z.array(domainPlanSchema).min(1) });
const domainsFile: z.ZodType<readonly Domain[]> = z
  .array(z.strictObject({ name: z.string().min(1), manifest: manifestSchema }))
  .min(1);

/** The plans of a run, in the order of its domains. @throws InputError where an edit does not fit, by its field */
export async function readPlans({
  store,
  domains,
}: Pick<PretrainContext, "store" | "domains">): Promise<readonly DomainPlan[]> {
  const [text, place] = await readPart(store, PRETRAIN_FOLDER.plan, PRETRAINING);
  const { domains: plans } = parseJson(planFile, text, place);
  const [wanted, found] = [domains, plans].map((all) => all.map(({ name }) => name).join(", "));
  if (wanted === found) return plans;
  throw new InputError({
    subject: place,
    expected: `the domains ${wanted}, each once and in this order`,
    got: found,
    todo: "Correct the file; its domains are those that the run began with.",
  });
}

/** Settings and data of a folder that has begun. @throws InputError where it is none, or an edit does not fit */
export async function readPretraining(
  store: Store,
): Promise<{ readonly config: PretrainConfig; readonly domains: readonly Domain[] }> {
  const config = parseJson(pretrainConfig, ...(await readPart(store, PRETRAIN_FOLDER.config, PRETRAINING)));
  const domains = parseJson(domainsFile, ...(await readPart(store, PRETRAIN_FOLDER.domains, PRETRAINING)));
  return { config, domains };
}

/** Begins a folder: data, environment and plans, and the settings last, so that a folder with them has the rest. */
export async function writePretraining(
  { store, config, domains }: Pick<PretrainContext, "store" | "config" | "domains">,
  plans: readonly DomainPlan[],
  environment: unknown,
): Promise<void> {
  await writeJson(store, PRETRAIN_FOLDER.domains, domains);
  await writeJson(store, PRETRAIN_FOLDER.environment, environment);
  await writeJson(store, PRETRAIN_FOLDER.plan, checkAgainst(planFile, { version: 1, domains: plans }, "the plan"));
  await writeJson(store, PRETRAIN_FOLDER.config, config);
}
