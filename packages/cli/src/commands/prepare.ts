import { Command } from "commander";
import type { App } from "../app.ts";
import { addDatasetOptions, type DatasetOptions } from "../dataset-options.ts";
import { openRun } from "../open-run.ts";
import { addOutputOptions, addSettingsOptions, type OutputOptions, type SettingsOptions } from "../options.ts";

type PrepareOptions = DatasetOptions &
  SettingsOptions &
  OutputOptions & { readonly output: string; readonly resume?: boolean };

/** Begins a run and stops after the preparation, so that `plan.json` can be looked at and edited. */
export function prepareCommand(app: App): Command {
  const command = new Command("prepare").description(
    "begin a run: bring all scans to one grid and one intensity range",
  );
  addOutputOptions(addSettingsOptions(addDatasetOptions(command)))
    .requiredOption("-o, --output <folder>", "run folder; a new one, or with --resume the one to go on with")
    .option("--resume", "go on with the run in the output folder")
    .action(async (options: PrepareOptions) => {
      const reporter = app.reporter(options);
      const context = await openRun(app, reporter, options);
      await app.stages.prepare(context);
      reporter.result(
        { run: context.store.locate(".") },
        `Prepared in ${options.output}. Look at plan.json; then: voxelsmith register ${options.output}`,
      );
    });
  return command;
}
