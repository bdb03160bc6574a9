import {
  describeEncoder,
  describeFolder,
  type FolderDescription,
  type PretrainDescription,
  type RunDescription,
  type StageState,
  type TransferDescription,
} from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { folderStore } from "../files.ts";
import { addOutputOptions, type OutputOptions } from "../options.ts";

/** What a run folder holds; needs no device and no data. */
export function infoCommand(app: App): Command {
  const command = new Command("info")
    .description("tell what a run folder holds")
    .argument("<run>", "run folder, of run, pretrain or transfer");
  addOutputOptions(command).action(async (run: string, options: OutputOptions) => {
    const description = await describeFolder(folderStore(run));
    app.reporter(options).result({ run, ...description }, describe(run, description).join("\n"));
  });
  return command;
}

function describe(run: string, description: FolderDescription): readonly string[] {
  switch (description.command) {
    case "run":
      return runLines(run, description);
    case "pretrain":
      return pretrainLines(run, description);
    case "transfer":
      return transferLines(run, description);
  }
}

interface CommonSettings {
  readonly preset: string;
  readonly seed: number;
  readonly threads: number;
  readonly device: string;
}

function settings({ preset, seed, threads, device }: CommonSettings): string {
  return `preset ${preset}, seed ${seed}, ${threads} ${threads === 1 ? "thread" : "threads"} on ${device}`;
}

function runLines(run: string, { config, manifest, stages, files }: RunDescription): readonly string[] {
  const scored = manifest.test.filter(({ labels }) => labels !== undefined).length;
  return [
    `${run}: ${manifest.name}, ${settings(config)}`,
    `scans: ${manifest.atlases.length} atlas (${manifest.atlases.map(({ id }) => id).join(", ")}), ${manifest.unlabeled.length} unlabeled, ` +
      `${manifest.validation.length} validation, ${manifest.test.length} test (${scored} with labels)`,
    ...stages.map(stageLine),
    `files: ${Object.entries(files)
      .map(([folder, number]) => `${folder} ${number}`)
      .join(", ")}`,
  ];
}

function pretrainLines(run: string, description: PretrainDescription): readonly string[] {
  const { config, encoder, domains, stages, finished } = description;
  const examples = config.synthesize === "none" ? "the labeled cases" : `${config.synthesize}, from one atlas a domain`;
  return [
    `${run}: an encoder pretrained on ${domains.length} domains, ${settings(config)}`,
    `encoder: ${describeEncoder(encoder)}`,
    `examples: ${config.synthesize === "supervised" ? "supervised, made from all labels" : examples}`,
    ...domains.map(
      ({ name, classes, training, validation }) =>
        `domain ${name}: ${classes} ${classes === 1 ? "class" : "classes"}, ${training} training and ${validation} validation cases`,
    ),
    ...stages.map(stageLine),
    finished
      ? `finished: \`voxelsmith transfer --from ${run}/weights.safetensors\` takes it`
      : `not finished: \`voxelsmith pretrain -o ${run} --resume\` goes on`,
  ];
}

function transferLines(run: string, description: TransferDescription): readonly string[] {
  const { config, manifest, classes, encoder, stages, finished, table } = description;
  const { train, validation, test } = manifest;
  const use = config.task === "segmentation" ? "segment" : "classify";
  return [
    `${run}: a transfer to ${manifest.name}, ${config.task}, ${settings(config)}`,
    `encoder: ${encoder === undefined ? "" : `${describeEncoder(encoder)}, `}from ${config.from}`,
    `classes: ${classes.join(", ")}`,
    `cases: ${train.length} training, ${validation.length} validation, ${test.length} test`,
    ...stages.map(stageLine),
    finished
      ? `finished: \`voxelsmith ${use} --model ${run}\` takes it`
      : `not finished: \`voxelsmith transfer -o ${run} --resume\` goes on`,
    ...(table === undefined ? [] : ["", table]),
  ];
}

function stageLine({ stage, step, steps, last }: StageState): string {
  const shown = Object.entries(last).map(
    ([name, value]) => `${name} ${typeof value === "number" ? value.toPrecision(4) : value}`,
  );
  return `${stage}: step ${step} of ${steps}${shown.length === 0 ? "" : ` (${shown.join(", ")})`}`;
}
