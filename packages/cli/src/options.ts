import {
  ARM_NAMES,
  ARMS,
  type ArmName,
  describeSettings,
  InputError,
  type Preset,
  type RunConfig,
} from "@voxelsmith/core";
import { type Command, InvalidArgumentError, Option } from "commander";

/** Flags about how words are said. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Flags about where networks run. */
export interface DeviceOptions {
  readonly device?: RunConfig["device"];
  readonly threads?: number;
}

/** Flags about the settings of a run. None has a default here: what is not given comes from the preset or the run. */
export interface SettingsOptions extends DeviceOptions {
  readonly seed?: number;
  readonly preset?: Preset;
  readonly arm?: ArmName;
  readonly config?: string;
  readonly set?: readonly string[];
}

export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "print events and results as JSON, one object a line")
    .option("--quiet", "print warnings and results only");
}

export function addDeviceOptions(command: Command): Command {
  return command
    .addOption(new Option("--device <name>", `${meaning("device")} (default: cpu)`).choices(["cpu", "webgpu"]))
    .addOption(
      new Option("--threads <n>", `${meaning("threads")} (default: all cores)`).argParser(wholeNumber({ from: 1 })),
    );
}

export function addSettingsOptions(command: Command): Command {
  return addSharedSettings(command).addOption(
    new Option("--arm <name>", "make the training examples as this arm of `compare` does").choices(TRAINED_ARMS),
  );
}

/** The settings without `--arm`: those of a comparison, which all its arms share. */
export function addSharedSettings(command: Command): Command {
  return addDeviceOptions(command)
    .addOption(new Option("--seed <n>", `${meaning("seed")} (default: 1)`).argParser(wholeNumber({ from: 0 })))
    .addOption(new Option("--preset <name>", `${meaning("preset")} (default: fast)`).choices(["fast", "paper"]))
    .option("--config <file>", 'JSON with settings to change, for example {"spatial":{"steps":500}}')
    .option("--set <name=value...>", "single settings to change, for example spatial.steps=500; see `settings`");
}

/** Arms with a segmenter; the two by registration alone are scored by every run, and `segment --method` gives them. */
const TRAINED_ARMS = ARM_NAMES.filter((name) => ARMS[name].labeler === "segmenter");

/** A parser of whole numbers that says what it wants. */
export function wholeNumber(range: { readonly from: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= range.from) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${range.from}, got "${text}".`);
  };
}

/** A parser of shares: numbers from 0 to below 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError(`Expected a share from 0 to below 1, got "${text}".`);
}

/** A flag that this use of a command cannot do without. */
export function required<T>(value: T | undefined, flag: string, why: string): T {
  if (value !== undefined) return value;
  throw new InputError({ subject: flag, expected: why, got: "nothing", todo: `Add ${flag}.` });
}

// Read once: the schemas are turned into text, and every command asks.
const meanings = new Map(describeSettings().map((setting) => [setting.path, setting.meaning]));

/** Help repeats the sentence that stands at the setting's schema, so that the two cannot differ. */
function meaning(path: string): string {
  return meanings.get(path) ?? "";
}
