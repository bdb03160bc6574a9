import { describeRun, type RunDescription } from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { folderStore } from "../files.ts";
import { addOutputOptions, type OutputOptions } from "../options.ts";

/** What a run folder holds; needs no model, no device and no data. */
export function infoCommand(app: App): Command {
  const command = new Command("info").description("tell what a run folder holds").argument("<run>", "run folder");
  addOutputOptions(command).action(async (run: string, options: OutputOptions) => {
    const description = await describeRun(folderStore(run));
    app.reporter(options).result({ run, ...description }, describe(run, description));
  });
  return command;
}

function describe(run: string, { config, manifest, stages, files }: RunDescription): string {
  const scored = manifest.test.filter(({ labels }) => labels !== undefined).length;
  return [
    `${run}: ${manifest.name}, preset ${config.preset}, seed ${config.seed}, ${config.threads} threads on ${config.device}`,
    `scans: ${manifest.atlases.length} atlas (${manifest.atlases.map(({ id }) => id).join(", ")}), ${manifest.unlabeled.length} unlabeled, ` +
      `${manifest.validation.length} validation, ${manifest.test.length} test (${scored} with labels)`,
    ...stages.map(({ stage, step, steps, last }) => `${stage}: step ${step} of ${steps}${lastValues(last)}`),
    `files: ${Object.entries(files)
      .map(([folder, number]) => `${folder} ${number}`)
      .join(", ")}`,
  ].join("\n");
}

function lastValues(last: Readonly<Record<string, string | number>>): string {
  const shown = Object.entries(last).map(
    ([name, value]) => `${name} ${typeof value === "number" ? value.toPrecision(4) : value}`,
  );
  return shown.length === 0 ? "" : ` (${shown.join(", ")})`;
}
