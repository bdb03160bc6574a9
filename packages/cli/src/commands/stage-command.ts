import type { RunContext } from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { resumeRun } from "../open-run.ts";
import { addOutputOptions, addSettingsOptions, type OutputOptions, type SettingsOptions } from "../options.ts";

/** A command that does one stage of a run that has begun. */
export interface StageCommand {
  readonly name: string;
  readonly description: string;
  /** Sections of the settings that may still be changed while `folder` is empty. */
  readonly sections: readonly string[];
  readonly folder: string;
  /** What is done now and what comes next, with RUN for the folder. */
  readonly finished: string;
  readonly perform: (app: App) => (context: RunContext) => Promise<void>;
}

/** The stage commands differ in their values only: all go on with a run folder, and are idle where the work is done. */
export function stageCommand(app: App, stage: StageCommand): Command {
  const command = new Command(stage.name)
    .description(stage.description)
    .argument("<run>", "run folder, begun by `prepare`");
  addOutputOptions(addSettingsOptions(command))
    .option("--resume", "taken for granted: a stage always goes on from its checkpoint")
    .action(async (run: string, options: SettingsOptions & OutputOptions) => {
      const reporter = app.reporter(options);
      const context = await resumeRun(app, reporter, { ...options, output: run }, stage);
      await stage.perform(app)(context);
      reporter.result({ run: context.store.locate("."), stage: stage.name }, stage.finished.replaceAll("RUN", run));
    });
  return command;
}
