import { describeSettings } from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { addOutputOptions, type OutputOptions } from "../options.ts";

/** Every setting with its sentence and its value in both presets. */
export function settingsCommand(app: App): Command {
  const command = new Command("settings").description(
    "list all settings for --set and --config, with both presets' values",
  );
  addOutputOptions(command).action((options: OutputOptions) => {
    const settings = describeSettings();
    const text = settings.map(
      ({ path, meaning, fast, paper }) =>
        `${path} = ${fast}${paper === fast ? "" : ` (paper: ${paper})`}\n    ${meaning}`,
    );
    app.reporter(options).result({ settings }, text.join("\n"));
  });
  return command;
}
