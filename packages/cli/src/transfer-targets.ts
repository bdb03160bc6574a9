import { resolve } from "node:path";
import { type ComparisonTarget, InputError, readSubjects, type TransferConfig } from "@voxelsmith/core";
import { transferManifest } from "./commands/transfer-data.ts";
import { readText } from "./files.ts";
import { namedValue, namedValues } from "./named-value.ts";

/** Flags about the targets of a comparison, each `NAME=...`. */
export interface TransferTargetOptions {
  readonly target?: readonly string[];
  readonly task?: readonly string[];
  readonly classes?: readonly string[];
  readonly classColumn?: readonly string[];
  readonly folds?: readonly string[];
}

/**
 * The targets that `--target NAME=PATH` names: a data set folder to segment, a CSV or a file of MedMNIST to classify; with
 * `--task NAME=segmentation` the label maps that a CSV lists.
 */
export async function transferTargets(
  options: TransferTargetOptions,
  seed: number,
): Promise<readonly ComparisonTarget[]> {
  const flags = options.target ?? [];
  const paths = flags.map((flag) => namedValue("--target", flag, "hippocampus=Task04_Hippocampus"));
  const names = paths.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new InputError({
      subject: `--target ${twice}`,
      expected: "each name once",
      got: "two targets of this name",
      todo: "Give every target a name of its own.",
    });
  }
  const of = (flag: string, texts: readonly string[] | undefined, example: string) =>
    namedValues(flag, texts ?? [], example, names);
  const tasks = new Map(of("--task", options.task, "nodules=segmentation"));
  const groups = of("--classes", options.classes, "nodules=benign nodules=malignant");
  const columns = new Map(of("--class-column", options.classColumn, "nodules=malignancy"));
  const folds = new Map(of("--folds", options.folds, "nodules=5"));
  const targets: ComparisonTarget[] = [];
  for (const [name, path] of paths) {
    const classes = groups.flatMap(([own, group]) => (own === name ? [group] : []));
    targets.push({
      name,
      folds: foldsOf(name, folds.get(name)),
      ...(await dataOf(path, seed, { task: taskOf(name, tasks.get(name)), classes, classColumn: columns.get(name) })),
    });
  }
  return targets;
}

async function dataOf(
  path: string,
  seed: number,
  wishes: {
    readonly task: TransferConfig["task"] | undefined;
    readonly classes: readonly string[];
    readonly classColumn: string | undefined;
  },
): Promise<Pick<ComparisonTarget, "manifest" | "subjects">> {
  const isList = path.endsWith(".csv");
  const task = wishes.task ?? (isList || path.endsWith(".npz") ? "classification" : "segmentation");
  const options = {
    ...(isList ? { csv: path } : { input: path }),
    ...(wishes.classes.length === 0 ? {} : { classes: wishes.classes }),
    ...(wishes.classColumn === undefined ? {} : { classColumn: wishes.classColumn }),
  };
  const manifest = await transferManifest(options, { task, seed });
  return { manifest, subjects: isList ? readSubjects(await readText(resolve(path)), path) : {} };
}

function taskOf(name: string, word: string | undefined): TransferConfig["task"] | undefined {
  if (word === undefined || word === "segmentation" || word === "classification") return word;
  const expected = "segmentation or classification";
  throw new InputError({ subject: `--task ${name}=${word}`, expected, got: word, todo: "Correct the word." });
}

function foldsOf(name: string, word: string | undefined): number {
  if (word === undefined) return 1;
  const folds = Number(word);
  if (Number.isSafeInteger(folds) && folds >= 3) return folds;
  const expected = "a whole number from 3: to train, to validate and to test";
  throw new InputError({ subject: `--folds ${name}=${word}`, expected, got: word, todo: "Give for example 5." });
}
