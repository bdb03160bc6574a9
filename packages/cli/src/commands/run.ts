import { Command } from "commander";
import type { App } from "../app.ts";
import { addDatasetOptions, type DatasetOptions } from "../dataset-options.ts";
import { openRun } from "../open-run.ts";
import { addOutputOptions, addSettingsOptions, type OutputOptions, type SettingsOptions } from "../options.ts";
import { scoreTable } from "../score-table.ts";

type RunOptions = DatasetOptions &
  SettingsOptions &
  OutputOptions & { readonly output: string; readonly resume?: boolean };

/** The main job: one labeled scan and unlabeled ones in, a segmenter and its scores out. */
export function runCommand(app: App): Command {
  const command = new Command("run").description(
    "do the whole job: prepare, learn, synthesize, train, segment, evaluate",
  );
  addOutputOptions(addSettingsOptions(addDatasetOptions(command)))
    .requiredOption("-o, --output <folder>", "run folder; a new one, or with --resume the one to go on with")
    .option("--resume", "go on with the run in the output folder")
    .addHelpText(
      "after",
      `
Examples:
  voxelsmith run --atlas A.nii.gz --labels L.nii.gz --unlabeled scans/ --test new/ --test-labels truth/ -o my-run
  voxelsmith run -i Task04_Hippocampus -o my-run --preset fast --seed 7
  voxelsmith run -o my-run --resume`,
    )
    .action(async (options: RunOptions) => {
      const reporter = app.reporter(options);
      const context = await openRun(app, reporter, options);
      const result = await app.stages.run(context);
      reporter.result({ run: context.store.locate("."), ...result }, scoreTable(result, options.output));
    });
  return command;
}
