import { decodeSafetensors } from "@voxelsmith/engine";
import type { Manifest } from "./dataset/manifest.ts";
import { type OpenCases, openCases } from "./domains/open-cases.ts";
import { checkDomainName, classCount, type DomainPlan } from "./domains/plan.ts";
import { planDomain } from "./domains/plan-domain.ts";
import { InputError } from "./errors.ts";
import { openExamples } from "./examples/open-examples.ts";
import { readScan } from "./io/read-scan.ts";
import { derivePlan } from "./prepare/derive-plan.ts";
import { findPlan, savePlan } from "./prepare/prepare-run.ts";
import { openPrepared } from "./prepare/prepared-set.ts";
import type { ExampleSourceName } from "./pretrain/config.ts";
import { type Domain, type PretrainContext, runContext } from "./pretrain/context.ts";
import { caseVolumes, type VolumeSource, validationPatches } from "./pretrain/examples.ts";
import { domainFolder, PRETRAIN_FOLDER, readPlans, writePretraining } from "./pretrain/pretrain-folder.ts";
import { savePretrained } from "./pretrain/save-pretrained.ts";
import { synthesizedVolumes } from "./pretrain/synthesized-volumes.ts";
import { type DomainDice, type OpenDomain, scoreDomains, trainPretraining } from "./pretrain/train.ts";
import { prepare, register } from "./recipe.ts";
import type { RunContext } from "./run/context.ts";
import { RUN_FOLDER } from "./run/run-folder.ts";
import { subfolder, writeJson } from "./run/store.ts";

/** What a pretraining leaves. */
export interface Pretrained {
  readonly steps: number;
  readonly domains: readonly {
    readonly name: string;
    readonly classes: number;
    readonly training: number;
    readonly validation: number;
    /** Of the last weights on the domain's validation patches; null without validation cases. */
    readonly dice: number | null;
  }[];
  /** Path in the run folder. */
  readonly weights: string;
}

/**
 * Looks at every labeled case of every domain and begins the run folder with the plans that follow from them. Nothing
 * is written before all domains have been found usable.
 * @throws InputError for two domains of one name, and everything that `planDomain` refuses
 */
export async function beginPretraining(context: PretrainContext, environment: unknown): Promise<readonly DomainPlan[]> {
  const { domains, config, readFile, signal, emit } = context;
  checkDomains(domains);
  emit({ kind: "stage", stage: "plan", title: "Plan: spacing and classes of every domain" });
  const plans: DomainPlan[] = [];
  for (const { name, manifest } of domains) {
    plans.push(await planDomain(name, manifest, readFile, { validationShare: config.validationShare, signal, emit }));
  }
  await writePretraining(context, plans, environment);
  return plans;
}

/**
 * Med3D's pretraining (Chen 2019) of a run that has begun: opens the examples of every domain as the plans in the
 * folder say, trains one encoder with a branch a domain, and writes `weights.safetensors`. Goes on where it stopped.
 */
export async function pretrain(context: PretrainContext): Promise<Pretrained> {
  const { config, domains, store, emit } = context;
  const plans = await readPlans(context);
  const open: (OpenDomain & { readonly dispose: () => Promise<void> })[] = [];
  for (const [index, plan] of plans.entries()) open.push(await openDomain(context, domains[index], plan));
  try {
    const there = await store.read(PRETRAIN_FOLDER.weights);
    if (there === undefined) {
      emit({ kind: "stage", stage: "pretrain", title: `Pretrain: ResNet-${config.depth}, ${plans.length} domains` });
      const { last } = await trainPretraining(context, open);
      await savePretrained(context, plans, last);
    }
    const weights = decodeSafetensors((await store.read(PRETRAIN_FOLDER.weights)) ?? new Uint8Array()).tensors;
    return describe(config.steps, plans, await scoreDomains(config, open, weights));
  } finally {
    for (const { dispose } of open) await dispose();
  }
}

function describe(steps: number, plans: readonly DomainPlan[], scores: DomainDice): Pretrained {
  const domains = plans.map((plan) => ({
    name: plan.name,
    classes: classCount(plan),
    training: plan.training.length,
    validation: plan.validation.length,
    dice: scores[plan.name] ?? null,
  }));
  return { steps, domains, weights: PRETRAIN_FOLDER.weights };
}

async function openDomain(
  context: PretrainContext,
  domain: Domain,
  plan: DomainPlan,
): Promise<OpenDomain & { readonly dispose: () => Promise<void> }> {
  const { config, readFile } = context;
  const { atlases, validation } = domain.manifest;
  const cases = openCases(plan, [...atlases, ...validation], readFile);
  const { volumes, dispose } = await openVolumes(context, domain, plan, cases);
  return {
    name: plan.name,
    classes: classCount(plan),
    volumes,
    validation: await validationPatches(config, plan, cases),
    dispose,
  };
}

async function openVolumes(
  context: PretrainContext,
  domain: Domain,
  plan: DomainPlan,
  cases: OpenCases,
): Promise<{ readonly volumes: VolumeSource; readonly dispose: () => Promise<void> }> {
  const { config } = context;
  if (config.synthesize === "none") return { volumes: caseVolumes(config, plan, cases), dispose: async () => {} };
  const run = sourceRun(context, domain, plan, config.synthesize);
  await writeJson(run.store, RUN_FOLDER.manifest, run.manifest);
  await writeJson(run.store, RUN_FOLDER.config, run.config);
  context.emit({ kind: "stage", stage: plan.name, title: `Examples of ${plan.name}: ${config.synthesize}` });
  await planSource(run, plan);
  await prepare(run);
  if (config.synthesize === "independent") await register(run);
  const prepared = await openPrepared(run);
  const missing = Object.keys(plan.labels).filter((value) => value !== "0" && !prepared.labels.includes(Number(value)));
  if (missing.length > 0) {
    const text = `${plan.name}: the atlas lacks the labels ${missing.join(", ")}; nothing is learned about them`;
    context.emit({ kind: "warning", text });
  }
  const examples = await openExamples(run, prepared);
  return { volumes: synthesizedVolumes(plan, prepared, examples.training), dispose: examples.dispose };
}

/**
 * The run of the one-shot method that makes a domain's examples: one atlas, for `independent` with the other
 * training scans unlabeled, or for `supervised` every training case as an atlas. Validation cases are in none.
 */
function sourceRun(
  context: PretrainContext,
  { name, manifest }: Domain,
  plan: DomainPlan,
  source: Exclude<ExampleSourceName, "none">,
): RunContext {
  const labeled = manifest.atlases.filter(({ id }) => plan.training.includes(id));
  const atlases = source === "supervised" ? labeled : labeled.slice(0, 1);
  const others = labeled.slice(1).map(({ id, image }) => ({ id, image }));
  const unlabeled = source === "independent" ? [...others, ...manifest.unlabeled] : [];
  const own: Manifest = { ...manifest, atlases, unlabeled, validation: [], test: [] };
  const run = runContext(context, own, subfolder(context.store, domainFolder(name)));
  const changes = {
    transforms: source === "independent" ? "independent" : "none",
    randomShare: source === "rand-aug" ? 1 : 0,
    pseudoShare: 0,
  } as const;
  return { ...run, config: { ...run.config, synthesize: { ...run.config.synthesize, ...changes } } };
}

/** The prepared grid has the domain's spacing, not the atlas's own, unless the settings name one. */
async function planSource({ store, config, manifest, readFile }: RunContext, plan: DomainPlan): Promise<void> {
  if ((await findPlan(store)) !== undefined || config.prepare.spacingMm !== null) return;
  const [atlas] = manifest.atlases;
  const { volume } = await readScan(readFile, atlas.image);
  const { marginVoxels, multipleOf, normalization } = config.prepare;
  const { spacingMm } = plan;
  await savePlan(store, derivePlan(volume, { atlasId: atlas.id, spacingMm, marginVoxels, multipleOf, normalization }));
}

function checkDomains(domains: readonly Domain[]): void {
  const seen = new Set<string>();
  for (const { name } of domains) {
    checkDomainName(name, `--domain ${name}`);
    if (seen.has(name)) {
      throw new InputError({
        subject: `--domain ${name}`,
        expected: "each domain once",
        got: "two of this name",
        todo: "Give every data set a name of its own.",
      });
    }
    seen.add(name);
  }
  if (domains.length > 0) return;
  throw new InputError({
    subject: "--domain",
    expected: "at least one labeled data set",
    got: "none",
    todo: "Add for example --domain hippocampus=Task04_Hippocampus.",
  });
}
