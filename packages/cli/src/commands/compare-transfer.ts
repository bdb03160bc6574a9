import { resolve } from "node:path";
import {
  changeTransferComparison,
  checkTransferComparison,
  checkVideoWeights,
  DEFAULT_TRANSFER_ARMS,
  InputError,
  labeledSizes,
  type Preset,
  readTransferComparison,
  resolveTransferComparison,
  runTransferComparison,
  type Store,
  saveTransferComparison,
  TRANSFER_ARM_NAMES,
  type TransferComparison,
  type TransferComparisonChanges,
  type TransferScope,
  transferComparisonDifferences,
  writeTransferComparison,
} from "@voxelsmith/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { App } from "../app.ts";
import { claimJob } from "../claims.ts";
import { goingOn } from "../compare-kind.ts";
import { filesBelow, folderStore, kindOf, readBytes } from "../files.ts";
import type { OutputOptions } from "../options.ts";
import { inTheWay } from "../output-folder.ts";
import { readOverlay } from "../settings-file.ts";
import { armsNamed, joiningArguments, leftToOthers, type SharedWorkOptions } from "../shared-work.ts";
import { type TransferTargetOptions, transferTargets } from "../transfer-targets.ts";
import { workTogether } from "../work-together.ts";
import { domainsFrom } from "./pretrain-domains.ts";

export type CompareTransferOptions = TransferTargetOptions &
  SharedWorkOptions &
  OutputOptions & {
    readonly domain?: readonly string[];
    readonly atlas?: readonly string[];
    readonly rates?: readonly number[];
    readonly video?: string;
    readonly seed?: number;
    readonly preset?: Preset;
    readonly config?: string;
    readonly set?: readonly string[];
    readonly quick?: boolean;
  };

/** The flags that `--kind transfer` has beside those of every comparison. */
export function addTransferComparisonOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--kind <name>",
        `methods: segmenters from few labels on one data set (default); transfer: start weights of an encoder over many tasks, arms ${TRANSFER_ARM_NAMES.join(", ")}`,
      ).choices(["methods", "transfer"]),
    )
    .option(
      "--target <name=path...>",
      "transfer: a task: a labeled data set to segment, a CSV or a file of MedMNIST to classify",
    )
    .option("--domain <name=path...>", "transfer: a labeled data set to pretrain on, left out for a target of its name")
    .option("--video <file>", "transfer: weights of a network that was pretrained on video, for the arm video")
    .addOption(
      new Option(
        "--labeled <n...>",
        "transfer: numbers of labeled cases, and all (default: 1 5 20 all; --quick: 1 5)",
      ).argParser(collect((word) => (word === "all" ? word : positive(word, true)))),
    )
    .addOption(
      new Option(
        "--rates <rate...>",
        "transfer: learning rates that every arm tries (default: 0.003 0.001 0.0003)",
      ).argParser(collect((word) => positive(word, false))),
    )
    .option("--folds <name=k...>", "transfer: cross-validate a target over all its cases")
    .option("--task <name=task...>", "transfer: segmentation, of a target whose CSV lists label maps")
    .option("--classes <name=class...>", "transfer: classes of a target, each NAME=CLASS or NAME=CLASS=VALUE,VALUE")
    .option("--class-column <name=column...>", "transfer: column of a target's CSV that holds the classes");
}

/** Start weights of an encoder side by side: many tasks, few labels, one report. */
export async function compareTransfer(app: App, options: CompareTransferOptions): Promise<void> {
  const reporter = app.reporter(options);
  const store = folderStore(options.output);
  const comparison = await openComparison(app, options, store);
  const { settings } = comparison;
  const scope = scopeOf(options, comparison);
  const environment = app.environment(settings.device, settings.threads);
  if (options.reportOnly !== true) {
    for (const target of comparison.targets) {
      for (const text of labeledSizes(target, scope.labeled, settings.seed).notes)
        reporter.emit({ kind: "note", text });
    }
    const context = {
      ...{ comparison, scope, store, environment, readFile: readBytes, signal: app.signal, emit: reporter.emit },
      claim: (job: string) => claimJob(options.output, job),
    };
    const { processes = 1 } = options;
    const sharing = { processes, joining: joiningArguments(options), signal: app.signal, emit: reporter.emit };
    const { elsewhere } = await workTogether(() => runTransferComparison(context), sharing);
    const left = leftToOthers(elsewhere, options);
    if (left !== undefined) return reporter.result({ elsewhere }, left);
  }
  const { page, text, value } = await writeTransferComparison(store, comparison, environment);
  reporter.result({ comparison: store.locate("."), ...value }, `${text}\nReport: ${store.locate(page)}`);
}

/** The comparison in the folder, or a new one of which everything that can be checked was found right. */
async function openComparison(app: App, options: CompareTransferOptions, store: Store): Promise<TransferComparison> {
  const { output } = options;
  const kind = await kindOf(output);
  if (kind === "file") throw inTheWay(output, "a file");
  const begun = goingOn(options, await readTransferComparison(store));
  if (begun !== undefined) return resumed(options, begun);
  const [there] = kind === "folder" ? await filesBelow(output) : [];
  if (there !== undefined) throw inTheWay(output, `a folder with ${there} in it`);
  const { preset = "fast", seed = 1, device = "cpu", threads = app.threads } = options;
  const settings = resolveTransferComparison({ preset, seed, device, threads, ...(await changesOf(options)) });
  const isQuick = options.quick === true;
  const wished: TransferScope = {
    arms: DEFAULT_TRANSFER_ARMS,
    labeled: isQuick ? [1, 5] : [1, 5, 20, "all"],
    seeds: isQuick ? 1 : 3,
  };
  const comparison: TransferComparison = {
    kind: "transfer",
    targets: await transferTargets(options, seed),
    domains: await domainsFrom(options.domain ?? [], options.atlas),
    ...(options.video === undefined ? {} : { video: resolve(options.video) }),
    rates: options.rates ?? (isQuick ? [0.001] : [0.003, 0.001, 0.0003]),
    ...scopeOf(options, wished),
    settings,
    command: app.environment(settings.device, settings.threads).command,
  };
  checkTransferComparison(comparison);
  await checkVideoWeights(comparison, readBytes);
  await saveTransferComparison(store, comparison);
  return comparison;
}

/** Flags may repeat what the comparison began with, and may change where it computes; arms, seeds and sizes may join. */
async function resumed(options: CompareTransferOptions, found: TransferComparison): Promise<TransferComparison> {
  const { device, threads } = { ...found.settings, ...options };
  const { seed, preset, target, domain, video, rates } = options;
  const differ: string[] = [];
  const compare = (name: string, one: unknown, other: unknown): void => {
    if (JSON.stringify(one) !== JSON.stringify(other)) differ.push(name);
  };
  if (seed !== undefined) compare("--seed", seed, found.settings.seed);
  if (preset !== undefined) compare("--preset", preset, found.settings.preset);
  const asked = changeTransferComparison(found.settings, await changesOf(options));
  differ.push(...transferComparisonDifferences(found.settings, asked));
  if (target !== undefined) compare("--target", await transferTargets(options, found.settings.seed), found.targets);
  if (domain !== undefined) compare("--domain", await domainsFrom(domain, options.atlas), found.domains);
  if (video !== undefined) compare("--video", resolve(video), found.video);
  if (rates !== undefined) compare("--rates", rates, found.rates);
  if (differ.length === 0) {
    const comparison = { ...found, settings: { ...found.settings, device, threads } };
    checkTransferComparison({ ...comparison, ...scopeOf(options, found) });
    return comparison;
  }
  throw new InputError({
    subject: differ.join(", "),
    expected: `what the comparison ${options.output} began with`,
    got: "another value",
    todo: "Leave it out to go on, or start a new comparison.",
  });
}

function scopeOf({ arms, labeled, seeds }: CompareTransferOptions, base: TransferScope): TransferScope {
  return {
    arms: arms === undefined ? base.arms : armsNamed(arms, TRANSFER_ARM_NAMES),
    labeled: labeled ?? base.labeled,
    seeds: seeds ?? base.seeds,
  };
}

async function changesOf({ config, quick, set }: CompareTransferOptions): Promise<TransferComparisonChanges> {
  const overlay = await readOverlay(config);
  return { quick: quick === true, assignments: set ?? [], ...(overlay === undefined ? {} : { overlay }) };
}

/** Values of a flag that takes several. */
function collect<T>(parse: (word: string) => T): (word: string, before: readonly T[] | undefined) => readonly T[] {
  return (word, before) => [...(before ?? []), parse(word)];
}

function positive(word: string, isWhole: boolean): number {
  const value = Number(word);
  if (word.trim() !== "" && value > 0 && Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value)))
    return value;
  throw new InvalidArgumentError(`Expected ${isWhole ? 'a whole number from 1, or "all"' : "a number above 0"}.`);
}
