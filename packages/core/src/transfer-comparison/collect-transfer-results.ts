import { sizeOf } from "@voxelsmith/engine";
import { classNames, domainPlanSchema } from "../domains/plan.ts";
import { resnetParameters } from "../networks/resnet.ts";
import type { EnvironmentRecord } from "../run/environment.ts";
import { type Store, subfolder } from "../run/store.ts";
import { readTransferPlan } from "../transfer/transfer-plan.ts";
import { TRANSFER_ARM_NAMES, TRANSFER_ARMS, type TransferArmName, videoFileArm } from "./arms.ts";
import { type ComparisonTarget, type LabeledSize, labeledSizes, splitsOf } from "./comparison-target.ts";
import { chooseRate, readCell } from "./fine-tuning-result.ts";
import { leftOutFor } from "./left-out.ts";
import { type PretrainingResult, readPretrainings } from "./pretraining-result.ts";
import type { TransferArm, TransferCell, TransferComparisonResults, TransferTarget } from "./results.ts";
import { comparedEncoder } from "./settings.ts";
import { type CellKey, TRANSFER_COMPARISON_FOLDER, targetFolder } from "./transfer-comparison-folder.ts";
import type { TransferComparison } from "./transfer-comparison-record.ts";

/**
 * Everything that is done so far, at any time: a cell is there once its sweep is complete, with the seeds of which no
 * fold is missing; what is not finished is absent.
 */
export async function collectTransferResults(
  store: Store,
  comparison: TransferComparison,
  environment: EnvironmentRecord,
): Promise<TransferComparisonResults> {
  const { settings, rates, domains, video, command } = comparison;
  const { voxelsmith, ...where } = environment;
  const pretrainings = await readPretrainings(store);
  const targets: TransferTarget[] = [];
  for (const target of comparison.targets) targets.push(await collectTarget(store, comparison, target));
  const encoder = comparedEncoder(settings);
  const parameters = Object.values(resnetParameters(encoder)).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const hasCell = (arm: string): boolean => targets.some(({ cells }) => cells.some((cell) => cell.arm === arm));
  return {
    voxelsmith,
    encoder: { depth: encoder.depth, widths: encoder.widths, parameters },
    domains: domains.flatMap(({ name }) => describeDomain(name, pretrainings)),
    arms: TRANSFER_ARM_NAMES.filter(hasCell).map((arm) => describeArm(arm, pretrainings, video)),
    targets,
    learningRates: rates,
    steps: settings.transfer.steps,
    environment: { ...where },
    settings,
    command,
    notes: notesOf(comparison),
  };
}

async function collectTarget(
  store: Store,
  comparison: TransferComparison,
  target: ComparisonTarget,
): Promise<TransferTarget> {
  const { settings, domains } = comparison;
  const [first] = splitsOf(target, settings.seed);
  const cells: TransferCell[] = [];
  for (const arm of TRANSFER_ARM_NAMES) {
    for (const size of await sizesThere(store, comparison, target, arm)) {
      const cell = await collectCell(store, comparison, { target: target.name, arm, size }, target.folds);
      if (cell !== undefined) cells.push(cell);
    }
  }
  return {
    name: target.name,
    task: target.manifest.task,
    classes: await classesOf(store, target),
    cases: { training: first.train.length, validation: first.validation.length, test: first.test.length },
    folds: target.folds,
    leftOut: leftOutFor(target.name, domains),
    cells,
  };
}

async function collectCell(
  store: Store,
  { settings, rates }: TransferComparison,
  key: CellKey,
  folds: number,
): Promise<TransferCell | undefined> {
  const runs = (await readCell(store, key)).map(({ run }) => run);
  const learningRate = chooseRate(runs, { rates, seed: settings.seed, folds });
  if (learningRate === undefined) return undefined;
  const isWhole = (seed: number): boolean =>
    runs.filter((run) => run.seed === seed && run.learningRate === learningRate).length === folds;
  const kept = runs.filter((run) => run.seed === settings.seed || isWhole(run.seed));
  return { arm: key.arm, ...key.size, learningRate, runs: kept };
}

/** The numbers of labeled cases with which an arm was begun, rising. */
async function sizesThere(
  store: Store,
  { settings }: TransferComparison,
  target: ComparisonTarget,
  arm: TransferArmName,
): Promise<readonly LabeledSize[]> {
  const folder = `${TRANSFER_COMPARISON_FOLDER.runs}/${target.name}/${arm}`;
  const names = (await store.list(folder)).flatMap((path) => /\/n-(\d+|all)\//.exec(path)?.[1] ?? []);
  const asked = [...new Set(names)].map((name) => (name === "all" ? name : Number(name)));
  return labeledSizes(target, asked as ("all" | number)[], settings.seed).sizes;
}

async function classesOf(store: Store, { name, manifest }: ComparisonTarget): Promise<readonly string[]> {
  if (manifest.task === "classification") return manifest.classes;
  const plan = await readTransferPlan(subfolder(store, targetFolder(name)), domainPlanSchema);
  return plan === undefined ? Object.values(manifest.labels) : classNames(plan.preparation).slice(1);
}

function describeArm(
  arm: TransferArmName,
  pretrainings: readonly PretrainingResult[],
  video: string | undefined,
): TransferArm {
  const { title, meaning } = arm === "video" && video !== undefined ? videoFileArm(video) : TRANSFER_ARMS[arm];
  const own = pretrainings.filter((one) => one.arm === arm).map(({ pretraining }) => pretraining);
  return { name: arm, title, meaning, pretraining: own };
}

/** As a pretraining that is done says; one that had an atlas says more. */
function describeDomain(
  name: string,
  pretrainings: readonly PretrainingResult[],
): readonly TransferComparisonResults["domains"][number][] {
  const told = pretrainings.flatMap(({ domains }) => domains.filter((domain) => domain.name === name));
  return [told.find(({ atlas }) => atlas !== undefined) ?? told[0]].flatMap((one) => one ?? []);
}

function notesOf({ targets, labeled, settings }: TransferComparison): readonly string[] {
  const sizes = targets.flatMap((target) => labeledSizes(target, labeled, settings.seed).notes);
  const folded = targets
    .filter(({ folds }) => folds > 1)
    .map(
      ({ name, folds }) =>
        `${name}: ${folds} folds; one learning rate serves all of them, chosen by the mean validation score, and a fold's validation cases are the test cases of another`,
    );
  return [...sizes, ...folded];
}
