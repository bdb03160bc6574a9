import { type Manifest, placeManifest } from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { addDatasetOptions, type DatasetOptions, manifestFrom, namesData } from "../dataset-options.ts";
import { folderStore, kindOf } from "../files.ts";
import { createRun } from "../open-run.ts";
import { addOutputOptions, addSettingsOptions, type OutputOptions, type SettingsOptions } from "../options.ts";
import { emptyOutput } from "../output-folder.ts";
import { scoreTable } from "../score-table.ts";

type DemoOptions = DatasetOptions & SettingsOptions & OutputOptions & { readonly output?: string };

/** Settings that finish the phantoms in minutes; on real data the demo is the plain preset. */
const PHANTOM_SETTINGS: readonly string[] = [
  ...["spatial.steps=400", "appearance.steps=150"],
  ...["segment.steps=250", "segment.validateEvery=125", "segment.validationExamples=6"],
];

/** The main job on phantoms that a seeded generator makes, or on data of one's own. */
export function demoCommand(app: App): Command {
  const command = new Command("demo").description(
    "do the whole job on built-in phantoms, or with -i on data of your own",
  );
  addOutputOptions(addSettingsOptions(addDatasetOptions(command)))
    .option("-o, --output <folder>", "run folder (default: voxelsmith-demo, or the next free name)")
    .action(async (options: DemoOptions) => {
      const reporter = app.reporter(options);
      const output = options.output ?? (await freeName("voxelsmith-demo"));
      await emptyOutput(output, false);
      const own = namesData(options);
      const manifest = own ? await manifestFrom(options) : await phantoms(app, output, options.seed ?? 1);
      const set = own ? (options.set ?? []) : [...PHANTOM_SETTINGS, ...(options.set ?? [])];
      const context = await createRun(app, reporter, { ...options, set, output }, manifest);
      app.resumable(`to go on: voxelsmith run -o ${output} --resume`);
      const result = await app.stages.run(context);
      reporter.result({ run: context.store.locate("."), ...result }, scoreTable(result, output));
    });
  return command;
}

async function phantoms(app: App, output: string, seed: number): Promise<Manifest> {
  const store = folderStore(`${output}/phantoms`);
  return placeManifest(await app.stages.phantoms(store, seed, app.signal), (path) => store.locate(path));
}

async function freeName(name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if ((await kindOf(candidate)) === "nothing") return candidate;
  }
}
