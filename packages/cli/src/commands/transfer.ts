import { resolve } from "node:path";
import {
  describeTransferSettings,
  InputError,
  type Preset,
  readTransferRun,
  resolveTransferConfig,
  runTransfer,
  SCRATCH,
  type Store,
  type TransferConfig,
  type TransferManifest,
  transferDifferences,
} from "@voxelsmith/core";
import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { filesBelow, folderStore, kindOf, readBytes, removeUnfinished } from "../files.ts";
import {
  addDeviceOptions,
  addOutputOptions,
  type DeviceOptions,
  type OutputOptions,
  required,
  share,
  wholeNumber,
} from "../options.ts";
import { inTheWay } from "../output-folder.ts";
import { readOverlay } from "../settings-file.ts";
import { type TransferDataOptions, transferManifest } from "./transfer-data.ts";

type TransferOptions = TransferDataOptions &
  DeviceOptions &
  OutputOptions & {
    readonly from?: string;
    readonly output: string;
    readonly freeze?: readonly string[];
    readonly depth?: number;
    readonly resume?: boolean;
    readonly seed?: number;
    readonly preset?: Preset;
    readonly config?: string;
    readonly set?: readonly string[];
  };

/** Settings that may differ when a transfer goes on: they say where and how safely, not what. */
const MAY_CHANGE: readonly string[] = ["device", "threads", "checkpointSeconds"];

/** A pretrained encoder, fine-tuned for a new task. */
export function transferCommand(app: App): Command {
  const command = new Command("transfer").description(
    "fine-tune a pretrained 3-D encoder for segmentation or classification with few labels",
  );
  const whole = (flags: string, meaning: string, from: number): Option =>
    new Option(flags, meaning).argParser(wholeNumber({ from }));
  addOutputOptions(addDeviceOptions(command))
    .option("--from <weights>", "weights of a residual encoder (.pth, .safetensors), or scratch for random ones")
    .addOption(
      new Option("--task <name>", "a label for each voxel, or one class for each image").choices([
        "segmentation",
        "classification",
      ]),
    )
    .option("-i, --input <path>", "data set folder (with --csv: where its CSV lies), or an .npz of MedMNIST")
    .requiredOption("-o, --output <folder>", "run folder; a new one, or with --resume the one to go on with")
    .option("--csv <file>", "CSV of cases, below -i: image and class, or image and labels; also id, split, subject")
    .option("--class-column <name>", "column of the CSV that holds the classes (default: class)")
    .option(
      "--classes <name...>",
      "classes in order, the positive one last: NAME, or NAME=VALUE,VALUE; others are left out",
    )
    .option("--labeled <n-or-id...>", "use only so many training cases, drawn by seed, or those of these ids")
    .option("--freeze <pattern...>", "parameters that stay as they are, for example 'layer1.*'")
    .addOption(whole("--depth <n>", "depth of the encoder (default: that of the weights, 10 from scratch)", 1))
    .addOption(whole("--fold <n>", "fold of nnU-Net's splits_final.json (default: 0)", 0))
    .addOption(whole("--channel <n>", "channel of an nnU-Net data set that has several", 0))
    .addOption(
      new Option(
        "--hold-out <share>",
        "segmentation: labeled cases kept for the test where a data set names none (default: 0.2)",
      ).argParser(share),
    )
    .option("--resume", "go on with the transfer in the output folder")
    .addOption(whole("--seed <n>", "all randomness follows from it (default: 1)", 0))
    .addOption(
      new Option("--preset <name>", "the values that were not set by hand (default: fast)").choices(["fast", "paper"]),
    )
    .option("--config <file>", 'JSON with settings to change, for example {"steps":1000}')
    .option("--set <name=value...>", "single settings to change, for example steps=1000 encoderRate=0.1")
    .addHelpText("after", `\nSettings (fast preset):\n${settingsHelp()}`)
    .addHelpText(
      "after",
      `
Examples:
  voxelsmith transfer --from encoder/weights.safetensors --task segmentation -i Task04_Hippocampus --labeled 5 -o few
  voxelsmith transfer --from scratch --task segmentation -i Task04_Hippocampus --labeled 5 -o control
  voxelsmith transfer --from resnet_10.pth --task classification -i nodules --csv nodules.csv --classes benign malignant -o run
  voxelsmith transfer -o run --resume`,
    )
    .action(async (options: TransferOptions) => {
      const reporter = app.reporter(options);
      const store = folderStore(options.output);
      const { config, manifest } = await openTransfer(app, options, store);
      const { from, device, threads } = config;
      const result = await runTransfer({
        ...{ config, manifest, store, readFile: readBytes, signal: app.signal, emit: reporter.emit },
        environment: app.environment(device, threads),
        ...(from === SCRATCH ? {} : { weights: await readBytes(from) }),
      });
      reporter.result(
        { run: store.locate("."), ...result.value },
        `${result.table.trimEnd()}\nEverything lies in ${options.output}.`,
      );
    });
  return command;
}

interface Transfer {
  readonly config: TransferConfig;
  readonly manifest: TransferManifest;
}

/** A new transfer, or with `--resume` the one in the folder. */
async function openTransfer(app: App, options: TransferOptions, store: Store): Promise<Transfer> {
  const { output } = options;
  if ((await kindOf(output)) === "file") throw inTheWay(output, "a file");
  await removeUnfinished(output);
  const found = (await kindOf(output)) === "folder" ? await filesBelow(output) : [];
  const isThere = found.includes("config.json");
  if (isThere && options.resume === true) return resumed(options, store);
  const other = found.find((path) => !BEFORE_WORK.includes(path));
  if (other !== undefined) throw inTheWay(output, isThere ? "a transfer" : `a folder with ${other} in it`);
  const config = await configOf(app, options);
  return { config, manifest: await transferManifest(options, config) };
}

/** What a transfer that was killed at its very start leaves; `config.json` comes last. */
const BEFORE_WORK: readonly string[] = ["manifest.json", "plan.json", "environment.json", "load-report.txt"];

async function configOf(app: App, options: TransferOptions): Promise<TransferConfig> {
  const { preset = "fast", seed = 1, device = "cpu", threads = app.threads, depth, freeze, set = [] } = options;
  const from = required(options.from, "--from", "a file of weights, or scratch");
  const task = required(options.task, "--task", "segmentation or classification");
  return resolveTransferConfig({
    ...{ preset, seed, device, threads, task, from: from === SCRATCH ? SCRATCH : resolve(from) },
    overlay: await readOverlay(options.config),
    assignments: [
      ...set,
      ...(depth === undefined ? [] : [`depth=${depth}`]),
      ...(freeze === undefined ? [] : [`freeze=${JSON.stringify(freeze)}`]),
    ],
  });
}

/** Flags may repeat what the run began with, and may change where it computes; nothing else. */
async function resumed(options: TransferOptions, store: Store): Promise<Transfer> {
  const { config: stored, manifest } = await readTransferRun(store);
  const base = { preset: "fast", seed: 1, device: "cpu", threads: 1, task: "segmentation", from: SCRATCH } as const;
  const { preset, seed, device, threads, task, from, depth, freeze } = options;
  const flags = { preset, seed, device, threads, task, depth, freeze, from: from === undefined ? from : pathOf(from) };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const file = await readOverlay(options.config);
  const config = resolveTransferConfig({
    ...{ ...base, overlay: { ...stored, ...(file as object | undefined), ...given }, assignments: options.set ?? [] },
  });
  const refused = transferDifferences(stored, config).filter((name) => !MAY_CHANGE.includes(name));
  const data = (["input", "csv", "classes", "classColumn", "labeled", "fold", "channel", "holdOut"] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (refused.length === 0 && data.length === 0) return { config, manifest };
  throw new InputError({
    subject: [...refused, ...data].join(", "),
    expected: `what the transfer ${options.output} began with`,
    got: data.length > 0 ? "flags about the data" : "another value",
    todo: "Leave it out to go on, or start a new transfer.",
  });
}

function pathOf(from: string): string {
  return from === SCRATCH ? SCRATCH : resolve(from);
}

function settingsHelp(): string {
  return describeTransferSettings()
    .map(({ name, fast, meaning }) => `  ${name} = ${fast}\n      ${meaning}`)
    .join("\n");
}
