import { InputError } from "@voxelsmith/core";
import { type Command, Option } from "commander";
import type { ComparisonKind } from "./compare-kind.ts";
import { type DeviceOptions, wholeNumber } from "./options.ts";

/** Flags about the folder of a comparison and who works on what of it; both kinds have them. */
export interface SharedWorkOptions extends DeviceOptions {
  readonly output: string;
  readonly kind?: ComparisonKind;
  readonly arms?: readonly string[];
  readonly seeds?: number;
  readonly labeled?: readonly (number | "all")[];
  readonly resume?: boolean;
  readonly processes?: number;
  readonly reportOnly?: boolean;
  /** False with `--no-report`. */
  readonly report: boolean;
}

export function addSharedWorkOptions(command: Command): Command {
  const processes = new Option(
    "--processes <n>",
    "share the work among this many processes; --threads is what each has (default: 1)",
  ).argParser(wholeNumber({ from: 1 }));
  const seeds = new Option("--seeds <n>", "repeat every arm with this many seeds (default: 1; transfer: 3)");
  return command
    .requiredOption(
      "-o, --output <folder>",
      "folder of the comparison; a new one, or with --resume the one to go on with",
    )
    .addOption(seeds.argParser(wholeNumber({ from: 1 })))
    .option("--resume", "go on; what is done is not done again. Several processes may work on one folder")
    .addOption(processes)
    .option("--report-only", "write the report of what is done, and stop")
    .option("--no-report", "work, and leave the report to another process");
}

/** The arms that `--arms` names, each once, in the order of the report. @throws InputError for an unknown one */
export function armsNamed<Name extends string>(wanted: readonly string[], known: readonly Name[]): readonly Name[] {
  const unknown = wanted.find((name) => !known.some((one) => one === name));
  if (unknown === undefined) return known.filter((name) => wanted.includes(name));
  throw new InputError({
    subject: `--arms ${unknown}`,
    expected: `some of ${known.join(", ")}`,
    got: "an arm that does not exist",
    todo: "Correct the name.",
  });
}

/** What a further process is started with, so that it takes jobs of the same comparison. */
export function joiningArguments(options: SharedWorkOptions): readonly string[] {
  const { output, kind, device, threads, arms, seeds, labeled } = options;
  const named = Object.entries({ kind, device, threads, arms, seeds, labeled }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, ...[value].flat().map(String)],
  );
  return ["compare", "-o", output, "--resume", "--no-report", "--quiet", ...named];
}

/** Why this process writes no report; undefined where it does. */
export function leftToOthers(elsewhere: readonly string[], { report }: SharedWorkOptions): string | undefined {
  if (elsewhere.length > 0)
    return `Other processes still work on ${elsewhere.join(", ")}. When they are done, give --resume again for the report.`;
  return report ? undefined : "All of it is done. Give --resume for the report.";
}
