import {
  ARM_NAMES,
  CLASSIC_SETTINGS,
  type Comparison,
  type ComparisonRequest,
  changeConfig,
  configDifferences,
  InputError,
  QUICK_SETTINGS,
  type RunConfig,
  readComparison,
  type Store,
  saveComparison,
  whyNot,
} from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { claimJob } from "../claims.ts";
import { goingOn, refuseOtherKind } from "../compare-kind.ts";
import { atlasPool, comparisonData, scopeOf } from "../comparison-data.ts";
import { addDatasetOptions, type DatasetOptions } from "../dataset-options.ts";
import { filesBelow, folderStore, kindOf, readBytes } from "../files.ts";
import { addOutputOptions, addSharedSettings, type OutputOptions, type SettingsOptions } from "../options.ts";
import { inTheWay } from "../output-folder.ts";
import type { Reporter } from "../progress.ts";
import { settingsFrom } from "../settings-file.ts";
import { addSharedWorkOptions, joiningArguments, leftToOthers, type SharedWorkOptions } from "../shared-work.ts";
import { workTogether } from "../work-together.ts";
import { addTransferComparisonOptions, type CompareTransferOptions, compareTransfer } from "./compare-transfer.ts";

type CompareOptions = DatasetOptions &
  SettingsOptions &
  OutputOptions &
  SharedWorkOptions & {
    readonly quick?: boolean;
  };

/** Every method side by side on one data set, and one report. */
export function compareCommand(app: App): Command {
  const command = new Command("compare").description(
    "train and score every method on one data set, and write a report",
  );
  const options = [addDatasetOptions, addSharedSettings, addOutputOptions, addTransferComparisonOptions];
  for (const add of [...options, addSharedWorkOptions]) add(command);
  command
    .option("--arms <name...>", `only some of ${ARM_NAMES.join(", ")}`)
    .option("--quick", "few steps: to see whether everything runs, and a first impression of the order")
    .addHelpText(
      "after",
      `
Examples:
  voxelsmith compare -i msd-hippocampus -o comparison
  voxelsmith compare -i msd-hippocampus -o comparison --resume --arms supervised --seeds 3
  voxelsmith compare -i msd-hippocampus -o first-look --quick --processes 2`,
    )
    .action(async (given: CompareOptions & CompareTransferOptions) => {
      refuseOtherKind(given.kind ?? "methods", { ...given });
      const { processes = 1 } = given;
      const share = Math.max(1, Math.floor(app.threads / processes));
      const options = processes === 1 ? given : { threads: share, ...given };
      if (options.kind === "transfer") return compareTransfer(app, options);
      const reporter = app.reporter(options);
      const store = folderStore(options.output);
      const { atlas, config, data, notes, scope, command } = await openComparison(app, reporter, options, store);
      const { arms: named, seeds: count } = scopeOf(options, scope);
      const leftOut = named.flatMap((arm) => whyNot(data, arm) ?? []);
      for (const text of leftOut) reporter.emit({ kind: "note", text });
      const arms = named.filter((arm) => whyNot(data, arm) === undefined);
      const seeds = Array.from({ length: count }, (_, index) => config.seed + index);
      const request: ComparisonRequest = {
        ...{ data, config, arms, seeds, store, readFile: readBytes, signal: app.signal, emit: reporter.emit },
        claim: (job) => claimJob(options.output, job),
      };
      if (options.reportOnly !== true) {
        const sharing = { processes, joining: joiningArguments(options), signal: app.signal, emit: reporter.emit };
        const { elsewhere } = await workTogether(() => app.stages.compare(request), sharing);
        const left = leftToOthers(elsewhere, options);
        if (left !== undefined) return reporter.result({ elsewhere }, left);
      }
      const here = app.environment(config.device, config.threads);
      // The report tells how the comparison began; a command that only went on with it says too little to repeat it.
      const begun = command === undefined || command === here.command ? {} : { command, resumedWith: here.command };
      const environment = { ...here, ...begun };
      const answer = await app.stages.report(request, { atlas, environment, notes: [...notes, ...leftOut] });
      reporter.result(
        { comparison: store.locate("."), ...answer.value },
        `${answer.text}\nReport: ${store.locate(answer.page)}`,
      );
    });
  return command;
}

/** The comparison in the folder, or a new one with its atlas chosen. */
async function openComparison(
  app: App,
  reporter: Reporter,
  options: CompareOptions,
  store: Store,
): Promise<Comparison> {
  const kind = await kindOf(options.output);
  if (kind === "file") throw inTheWay(options.output, "a file");
  const begun = goingOn(options, await readComparison(store));
  if (begun !== undefined) return resumed(app, options, begun);
  const there = kind === "folder" ? await filesBelow(options.output) : [];
  if (there.length > 0) throw inTheWay(options.output, `a folder with ${there[0]} in it`);
  const [config, scope] = [await settingsOf(app, options), scopeOf(options)];
  const pool = await atlasPool(options);
  const { ids, atlas } = await chooseFrom(app, reporter, options, config, pool);
  const data = await comparisonData(options, ids);
  if (!data.manifest.test.some(({ labels }) => labels !== undefined)) {
    throw new InputError({
      subject: options.input ?? "the test scans",
      expected: "test scans with labels, because a comparison is a table of scores",
      got: "none",
      todo: "Name some with --test and --test-labels or keep some with --hold-out; `run` trains without any.",
    });
  }
  const notes: string[] = [];
  if (data.manifest.unlabeled.length < 3) {
    notes.push(`only ${data.manifest.unlabeled.length} unlabeled scan(s): there is little to learn transforms from`);
  }
  if (data.manifest.validation.length === 0)
    notes.push("no validation scans: no model was chosen on validation labels");
  for (const text of notes) reporter.emit({ kind: "warning", text });
  const comparison: Comparison = {
    data,
    atlas: atlas ?? { id: data.manifest.atlases[0].id, reason: "named by hand" },
    ...{ config, notes, scope },
    command: app.environment(config.device, config.threads).command,
  };
  await saveComparison(store, comparison);
  return comparison;
}

/** Flags may repeat what the comparison began with, and may change where it computes; nothing else. */
async function resumed(app: App, options: CompareOptions, comparison: Comparison): Promise<Comparison> {
  const { device, threads } = { ...comparison.config, ...options };
  const { preset, seed, config, set, quick } = options;
  if ([preset, seed, config, set, quick].some((value) => value !== undefined)) {
    const asked = await settingsOf(app, { ...options, preset: preset ?? comparison.config.preset, device, threads });
    const differences = configDifferences({ ...comparison.config, device, threads }, asked);
    if (differences.length > 0) {
      throw new InputError({
        subject: differences.join(", "),
        expected: `what the comparison ${options.output} began with`,
        got: "another value",
        todo: "Leave it out to go on, or start a new comparison.",
      });
    }
  }
  return { ...comparison, config: { ...comparison.config, device, threads } };
}

async function chooseFrom(
  app: App,
  reporter: Reporter,
  options: CompareOptions,
  config: RunConfig,
  pool: Awaited<ReturnType<typeof atlasPool>>,
): Promise<{ readonly ids: readonly string[]; readonly atlas?: Comparison["atlas"] }> {
  if (pool === undefined || pool.scans.length < 3) return { ids: options.atlas ?? [] };
  const { device, threads, seed, prepare } = config;
  const { ranking } = await app.stages.chooseAtlas({
    ...{ ...pool, prepare, device, threads, seed, count: 1 },
    ...{ readFile: readBytes, signal: app.signal, emit: reporter.emit },
  });
  const [best] = ranking;
  reporter.emit({ kind: "note", text: `atlas ${best.reason}` });
  return { ids: ranking.map(({ id }) => id), atlas: { id: best.id, reason: best.reason } };
}

/** The classic augmentations stand in the shared settings, so that `--config` and `--set` can change each of them. */
function settingsOf(app: App, options: CompareOptions): Promise<RunConfig> {
  const quick = options.quick === true ? QUICK_SETTINGS : [];
  return settingsFrom(options, app.threads, (base) => changeConfig(base, undefined, [...CLASSIC_SETTINGS, ...quick]));
}
