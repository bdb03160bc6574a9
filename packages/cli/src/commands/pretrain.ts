import {
  beginPretraining,
  changePretrainConfig,
  EXAMPLE_SOURCES,
  InputError,
  type Preset,
  type PretrainConfig,
  type PretrainContext,
  type Pretrained,
  pretrain,
  pretrainDifferences,
  readPretraining,
  resolvePretrainConfig,
  type Store,
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
  wholeNumber,
} from "../options.ts";
import { inTheWay } from "../output-folder.ts";
import type { Reporter } from "../progress.ts";
import { readOverlay } from "../settings-file.ts";
import { domainsFrom } from "./pretrain-domains.ts";

type PretrainOptions = DeviceOptions &
  OutputOptions & {
    readonly domain?: readonly string[];
    readonly atlas?: readonly string[];
    readonly output: string;
    readonly synthesize?: PretrainConfig["synthesize"];
    readonly planOnly?: boolean;
    readonly resume?: boolean;
    readonly seed?: number;
    readonly preset?: Preset;
    readonly config?: string;
    readonly set?: readonly string[];
  };

/** Settings that may differ when a pretraining goes on: they say where and how safely, not what. */
const MAY_CHANGE: readonly string[] = ["device", "threads", "checkpointSeconds"];

/** One encoder from many labeled data sets of different organs and modalities (Med3D). */
export function pretrainCommand(app: App): Command {
  const command = new Command("pretrain").description(
    "train one 3-D encoder on many labeled data sets of different organs, for tasks with few labels",
  );
  addOutputOptions(addDeviceOptions(command))
    .option("--domain <name=path...>", "a labeled data set (Decathlon, nnU-Net or split.json layout) and its name")
    .requiredOption("-o, --output <folder>", "run folder; a new one, or with --resume the one to go on with")
    .addOption(
      new Option(
        "--synthesize <source>",
        "make every domain's examples from one atlas, or the same way from all labels",
      ).choices(EXAMPLE_SOURCES.filter((source) => source !== "none")),
    )
    .option("--atlas <name=id...>", "the labeled case of a domain that examples are made from (default: its first)")
    .option("--plan-only", "write plan.json and stop, so that it can be looked at and edited; then --resume")
    .option("--resume", "go on with the pretraining in the output folder, as its plan.json says")
    .addOption(
      new Option("--seed <n>", "all randomness follows from it (default: 1)").argParser(wholeNumber({ from: 0 })),
    )
    .addOption(
      new Option("--preset <name>", "the values that were not set by hand (default: fast)").choices(["fast", "paper"]),
    )
    .option("--config <file>", 'JSON with settings to change, for example {"depth":18,"steps":5000}')
    .option("--set <name=value...>", "single settings to change, for example depth=18 or synthesis.spatial.steps=500")
    .addHelpText(
      "after",
      `
Examples:
  voxelsmith pretrain --domain hippocampus=Task04_Hippocampus spine=Task05_Spine -o encoder
  voxelsmith pretrain --domain hippocampus=Task04_Hippocampus spine=Task05_Spine -o encoder --plan-only
  voxelsmith pretrain -o encoder --resume
  voxelsmith pretrain --domain brain=brains spine=spines -o from-atlases --synthesize independent --atlas brain=b_07`,
    )
    .action(async (options: PretrainOptions) => {
      const reporter = app.reporter(options);
      const context = await openPretraining(app, reporter, options);
      if (options.planOnly === true) {
        const plan = context.store.locate("plan.json");
        const text = `The plan of every domain is ${plan}.\nEdit it if you like, then: voxelsmith pretrain -o ${options.output} --resume`;
        reporter.result({ plan }, text);
        return;
      }
      const result = await pretrain(context);
      reporter.result(
        { run: context.store.locate("."), ...result },
        `${table(result)}\nWeights: ${context.store.locate(result.weights)}`,
      );
    });
  return command;
}

/** A new folder with its plan, or with `--resume` the one that is there. */
async function openPretraining(app: App, reporter: Reporter, options: PretrainOptions): Promise<PretrainContext> {
  const { output, resume } = options;
  if ((await kindOf(output)) === "file") throw inTheWay(output, "a file");
  await removeUnfinished(output);
  const found = (await kindOf(output)) === "folder" ? await filesBelow(output) : [];
  const store = folderStore(output);
  const given = { store, readFile: readBytes, signal: app.signal, emit: reporter.emit };
  if (resume === true && found.length > 0) return { ...given, ...(await resumed(options, store)) };
  if (found.length > 0) {
    throw inTheWay(output, found.includes("domains.json") ? "a pretraining" : `a folder with ${found[0]} in it`);
  }
  const { preset = "fast", seed = 1, device = "cpu", threads = app.threads, synthesize = "none" } = options;
  const request = { preset, seed, device, threads, synthesize, ...(await changesOf(options)) };
  const config = resolvePretrainConfig(request);
  const domains = await domainsFrom(
    required(options.domain, "--domain", "at least one labeled data set, as NAME=PATH"),
    options.atlas,
  );
  const context = { ...given, config, domains };
  await beginPretraining(context, app.environment(device, threads));
  return context;
}

/** Flags may repeat what the folder began with, and may change where it computes; nothing else. */
async function resumed(options: PretrainOptions, store: Store): Promise<Pick<PretrainContext, "config" | "domains">> {
  const { config: stored, domains } = await readPretraining(store);
  const { device, threads, seed, preset, synthesize } = options;
  const common = Object.entries({ device, threads, seed, preset, synthesize }).filter(
    ([, value]) => value !== undefined,
  );
  const changed = changePretrainConfig(stored, await changesOf(options));
  const config = changePretrainConfig(changed, { overlay: Object.fromEntries(common) });
  const refuse = (subject: string, expected: string): InputError =>
    new InputError({
      subject,
      expected,
      got: "another",
      todo: "Leave it out to go on, or start a new pretraining in another folder.",
    });
  const refused = pretrainDifferences(stored, config).filter((name) => !MAY_CHANGE.includes(name));
  if (refused.length > 0) throw refuse(refused.join(", "), `what the pretraining ${options.output} began with`);
  if (options.domain !== undefined) {
    const named = await domainsFrom(options.domain, options.atlas);
    if (JSON.stringify(named) !== JSON.stringify(domains))
      throw refuse("--domain", `the data in ${store.locate("domains.json")}`);
  }
  return { config, domains };
}

async function changesOf({ config, set = [] }: PretrainOptions): Promise<{
  readonly overlay?: unknown;
  readonly assignments: readonly string[];
}> {
  const overlay = await readOverlay(config);
  return { ...(overlay === undefined ? {} : { overlay }), assignments: set };
}

function table({ steps, domains }: Pretrained): string {
  const width = Math.max(6, ...domains.map(({ name }) => name.length));
  const rows = domains.map(({ name, classes, training, validation, dice }) => {
    const score = dice === null ? "" : `, Dice ${dice.toFixed(3)} on their patches`;
    return `${name.padEnd(width)}  ${classes - 1} classes, ${training} training and ${validation} validation cases${score}`;
  });
  return [`${steps} steps, ${domains.length} domains:`, ...rows].join("\n");
}
