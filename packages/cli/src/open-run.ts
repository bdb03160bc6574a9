import {
  ARMS,
  armManifest,
  armSettings,
  CLASSIC_SETTINGS,
  changeConfig,
  configDifferences,
  InputError,
  type Manifest,
  RUN_FOLDER,
  type RunConfig,
  type RunContext,
  readRun,
  type Store,
  whyNot,
} from "@voxelsmith/core";
import type { App } from "./app.ts";
import { comparisonData } from "./comparison-data.ts";
import { type DatasetOptions, manifestFrom, namesData } from "./dataset-options.ts";
import { filesBelow, folderStore, kindOf, readBytes, removeUnfinished } from "./files.ts";
import type { SettingsOptions } from "./options.ts";
import { inTheWay } from "./output-folder.ts";
import type { Reporter } from "./progress.ts";
import { readOverlay, settingsFrom } from "./settings-file.ts";

/** Settings that may differ when a run goes on: they say where and how safely, not what. */
const MAY_CHANGE: readonly string[] = ["device", "threads", "checkpointSeconds"];

/**
 * Files that exist before any work is done: a process that was killed here, or that refused a scan, leaves nothing that
 * is worth keeping, and the command can be given again with other scans.
 */
const BEFORE_WORK: readonly string[] = [RUN_FOLDER.manifest, RUN_FOLDER.environment, RUN_FOLDER.config];

export type NewRunOptions = SettingsOptions & DatasetOptions & { readonly output: string; readonly resume?: boolean };

/**
 * A new run folder, or with `--resume` the one that is there.
 * @throws InputError where the folder has something else in it, or where flags contradict the run that is resumed
 */
export async function openRun(app: App, reporter: Reporter, options: NewRunOptions): Promise<RunContext> {
  const { output } = options;
  if ((await kindOf(output)) === "file") throw inTheWay(output, "a file");
  await removeUnfinished(output);
  const found = (await kindOf(output)) === "folder" ? await filesBelow(output) : [];
  if (found.includes(RUN_FOLDER.config) && options.resume === true) return resumeRun(app, reporter, options);
  const work = found.find((path) => !BEFORE_WORK.includes(path));
  if (work !== undefined) {
    throw inTheWay(output, found.includes(RUN_FOLDER.config) ? "a run" : `a folder with ${work} in it`);
  }
  return createRun(app, reporter, options, await manifestOf(options));
}

/** The scans that the flags name; an arm may use the labels of more of them than one. */
async function manifestOf(options: NewRunOptions): Promise<Manifest> {
  const { arm } = options;
  if (arm === undefined || ARMS[arm].labeledScans === 1) return manifestFrom(options);
  const data = await comparisonData(options, options.atlas ?? []);
  const problem = whyNot(data, arm);
  if (problem === undefined) return armManifest(data, arm);
  throw new InputError({
    subject: `--arm ${arm}`,
    expected: "enough labeled training scans for it",
    got: problem,
    todo: "Choose an arm that needs fewer labels, or name more labeled scans.",
  });
}

/** Begins a run. `config.json` is written last: a folder that has it has the other two. */
export async function createRun(
  app: App,
  reporter: Reporter,
  options: SettingsOptions & { readonly output: string },
  manifest: Manifest,
): Promise<RunContext> {
  const config = await settingsFrom(options, app.threads, (base) => withArm(base, options, manifest));
  const store = folderStore(options.output);
  await writeJson(store, RUN_FOLDER.manifest, manifest);
  await writeJson(store, RUN_FOLDER.environment, app.environment(config.device, config.threads));
  await writeJson(store, RUN_FOLDER.config, config);
  return contextOf(app, reporter, store, config, manifest);
}

/**
 * Goes on with a run. Flags may repeat what the run has, and may change where it computes; nothing else.
 * @param stage settings that one stage alone may still change, as long as its folder is empty
 */
export async function resumeRun(
  app: App,
  reporter: Reporter,
  options: SettingsOptions & DatasetOptions & { readonly output: string },
  stage?: { readonly sections: readonly string[]; readonly folder: string },
): Promise<RunContext> {
  const store = folderStore(options.output);
  await removeUnfinished(options.output);
  const { config: stored, manifest } = await readRun(store);
  const { seed, device, threads, preset } = options;
  const common = Object.entries({ seed, device, threads, preset }).filter(([, value]) => value !== undefined);
  const overlaid = changeConfig(
    withArm(stored, options, manifest),
    await readOverlay(options.config),
    options.set ?? [],
  );
  const config = changeConfig(overlaid, Object.fromEntries(common), []);
  const untouched = stage !== undefined && (await store.list(stage.folder)).length === 0;
  const allowed = (name: string): boolean =>
    MAY_CHANGE.includes(name) || (untouched && stage.sections.includes(name.split(".")[0]));
  const differences = configDifferences(stored, config);
  const refused = differences.filter((name) => !allowed(name));
  if (refused.length > 0) {
    throw new InputError({
      subject: refused.join(", "),
      expected: `what the run ${options.output} began with`,
      got: "another value",
      todo: "Leave it out to go on, or start a new run.",
    });
  }
  if (namesData(options) && JSON.stringify(await manifestFrom(options)) !== JSON.stringify(manifest)) {
    throw new InputError({
      subject: options.output,
      expected: `the scans that the run began with (${RUN_FOLDER.manifest})`,
      got: "flags that name other scans",
      todo: "Leave the data flags out to go on, or start a new run.",
    });
  }
  if (differences.some((name) => name === "device" || name === "threads")) {
    const text = "another device or number of threads than before: results will not be bit-identical";
    reporter.emit({ kind: "warning", text });
  }
  if (differences.length > 0) await writeJson(store, RUN_FOLDER.config, config);
  return contextOf(app, reporter, store, config, manifest);
}

function withArm(base: RunConfig, { arm }: SettingsOptions, { labels }: Manifest): RunConfig {
  if (arm === undefined) return base;
  return armSettings(changeConfig(base, undefined, CLASSIC_SETTINGS), arm, base.seed, labels);
}

function contextOf(app: App, reporter: Reporter, store: Store, config: RunConfig, manifest: Manifest): RunContext {
  return { config, manifest, store, readFile: readBytes, signal: app.signal, emit: reporter.emit };
}

async function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  await store.write(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
