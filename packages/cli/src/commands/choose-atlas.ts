import { basename, dirname, resolve } from "node:path";
import type { AtlasRanking } from "@voxelsmith/core";
import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { folderStore, readBytes } from "../files.ts";
import {
  addDeviceOptions,
  addOutputOptions,
  type DeviceOptions,
  type OutputOptions,
  share,
  wholeNumber,
} from "../options.ts";
import { refuseExisting } from "../output-folder.ts";
import { settingsFrom } from "../settings-file.ts";
import { type ChooseAtlasInput, choiceFrom } from "./choose-atlas-input.ts";

type ChooseAtlasOptions = ChooseAtlasInput &
  DeviceOptions &
  OutputOptions & {
    readonly count?: number;
    readonly output?: string;
    readonly overwrite?: boolean;
    readonly seed?: number;
    readonly set?: readonly string[];
  };

/** Tells which scan to have labeled: the one most similar to the others, from images alone. */
export function chooseAtlasCommand(app: App): Command {
  const command = new Command("choose-atlas").description(
    "tell which scan to have labeled: the one most like the others, judged by the images alone",
  );
  const whole = (flags: string, meaning: string, from: number): Option =>
    new Option(flags, meaning).argParser(wholeNumber({ from }));
  addOutputOptions(addDeviceOptions(command))
    .option("-i, --input <folder>", "data set in the Decathlon, nnU-Net or split.json layout; its labels are not read")
    .option("--unlabeled <path...>", "scans: a folder, or files")
    .option("--candidates <id...>", "scans that could be labeled (default: atlas_candidates of split.json, else all)")
    .option("--all", "take every training scan as a candidate")
    .addOption(whole("--count <k>", "how many atlases are wanted (default: 1)", 1))
    .option("-o, --output <file>", "write the whole ranking as JSON")
    .option("--overwrite", "replace the output file")
    .addOption(whole("--seed <n>", "chooses which scans stand for a large population (default: 1)", 0))
    .option("--set <name=value...>", "settings of the preparation to change; see `settings`")
    .addOption(whole("--fold <n>", "fold of nnU-Net's splits_final.json (default: 0)", 0))
    .addOption(whole("--channel <n>", "channel of an nnU-Net data set that has several", 0))
    .addOption(
      new Option(
        "--hold-out <share>",
        "training scans kept for the test where a data set names none (default: 0.2)",
      ).argParser(share),
    )
    .addHelpText(
      "after",
      `
Examples:
  voxelsmith choose-atlas -i Task04_Hippocampus
  voxelsmith choose-atlas --unlabeled scans/ --count 2 -o ranking.json`,
    )
    .action(async (options: ChooseAtlasOptions) => {
      const reporter = app.reporter(options);
      await refuseExisting(options.output, options.overwrite === true);
      const { scans, candidates } = await choiceFrom(options);
      const count = options.count ?? 1;
      const config = await settingsFrom(options, app.threads);
      const { device, threads, seed, prepare } = config;
      const ranking = await app.stages.chooseAtlas({
        ...{ scans, candidates, count, prepare, device, threads, seed },
        readFile: readBytes,
        signal: app.signal,
        emit: reporter.emit,
      });
      const chosen = ranking.ranking.slice(0, count).map(({ id }) => id);
      const value = { chosen, ...ranking };
      if (options.output !== undefined) {
        const bytes = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
        await folderStore(dirname(resolve(options.output))).write(basename(options.output), bytes);
      }
      reporter.result(value, answer(ranking, count, options));
    });
  return command;
}

/** The best with their reasons, a few that come next, and what to do now. */
function answer({ ranking, leftOut }: AtlasRanking, count: number, { input, output }: ChooseAtlasOptions): string {
  const chosen = ranking.slice(0, count);
  const next = ranking.slice(count, count + 4).map(({ id, similarity }) => `${id} ${similarity.toFixed(3)}`);
  const ids = chosen.map(({ id }) => id).join(" ");
  const how = input === undefined ? "" : `, then: voxelsmith run -i ${input} --atlas ${ids} -o RUN`;
  return [
    ...chosen.map(({ reason }) => reason),
    ...(next.length === 0 ? [] : [`next: ${next.join(", ")}`]),
    ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.map(({ id }) => id).join(", ")}`]),
    `Have ${chosen.length === 1 ? "it" : "them"} labeled${how}.`,
    ...(output === undefined ? [] : [`The whole ranking lies in ${output}.`]),
  ].join("\n");
}
