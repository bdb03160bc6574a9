import { basename, join, resolve } from "node:path";
import { InputError, type Manifest, placeManifest, plainFolders, readDataset } from "@voxelsmith/core";
import { type Command, Option } from "commander";
import { filesBelow, folderListing, kindOf } from "./files.ts";
import { required, share, wholeNumber } from "./options.ts";

/** Flags that say which scans there are: a data set folder, or plain files and folders. */
export interface DatasetOptions {
  readonly input?: string;
  readonly atlas?: readonly string[];
  readonly labels?: readonly string[];
  readonly unlabeled?: readonly string[];
  readonly test?: readonly string[];
  readonly testLabels?: readonly string[];
  readonly fold?: number;
  readonly channel?: number;
  readonly holdOut?: number;
}

export function addDatasetOptions(command: Command): Command {
  return command
    .option("-i, --input <folder>", "data set in the Decathlon, nnU-Net or split.json layout")
    .option("--atlas <file-or-id...>", "labeled scan, or several; with -i the id of a training case")
    .option("--labels <file...>", "label map of each atlas, in the same order")
    .option("--unlabeled <path...>", "unlabeled scans: a folder, or files")
    .option("--test <path...>", "scans to segment at the end: a folder, or files")
    .option("--test-labels <path...>", "label maps to score them against: a folder, or files")
    .addOption(
      new Option("--fold <n>", "fold of nnU-Net's splits_final.json (default: 0)").argParser(wholeNumber({ from: 0 })),
    )
    .addOption(
      new Option("--channel <n>", "channel of an nnU-Net data set that has several").argParser(
        wholeNumber({ from: 0 }),
      ),
    )
    .addOption(
      new Option(
        "--hold-out <share>",
        "labeled cases kept for the test where a data set names none (default: 0.2)",
      ).argParser(share),
    );
}

/** Whether the flags name any data at all; a resumed run needs none. */
export function namesData(options: DatasetOptions): boolean {
  const { input, atlas, labels, unlabeled, test, testLabels } = options;
  return [input, atlas, labels, unlabeled, test, testLabels].some((value) => value !== undefined);
}

/** What data there is, with absolute paths, so that a run can be resumed from anywhere. */
export async function manifestFrom(options: DatasetOptions): Promise<Manifest> {
  return options.input === undefined ? plainManifest(options) : datasetManifest(options.input, options);
}

async function datasetManifest(folder: string, options: DatasetOptions): Promise<Manifest> {
  for (const [flag, value] of [
    ["--labels", options.labels],
    ["--unlabeled", options.unlabeled],
    ["--test", options.test],
    ["--test-labels", options.testLabels],
  ] as const) {
    if (value === undefined) continue;
    throw new InputError({
      subject: flag,
      expected: "either a data set with -i, or files with --atlas, --labels and --unlabeled",
      got: "both",
      todo: `Leave out ${flag} or -i.`,
    });
  }
  const { manifest } = await readDataset(await folderListing(folder), {
    atlases: options.atlas,
    fold: options.fold,
    channel: options.channel,
    holdOut: options.holdOut,
  });
  return placeManifest(manifest, (path) => resolve(folder, path));
}

async function plainManifest(options: DatasetOptions): Promise<Manifest> {
  const why = "a data set with -i, or files with --atlas, --labels and --unlabeled";
  const atlases = required(options.atlas, "--atlas", why);
  const labels = required(options.labels, "--labels", "the label map of each atlas");
  const unlabeled = required(options.unlabeled, "--unlabeled", "a folder of unlabeled scans");
  for (const path of [...atlases, ...labels]) await requireFile(path);
  return plainFolders({
    name: basename(resolve(unlabeled[0])),
    atlases: atlases.map((path) => resolve(path)),
    labels: labels.map((path) => resolve(path)),
    unlabeled: await expand(unlabeled),
    test: await expandNonEmpty(options.test, "--test"),
    testLabels: await expandNonEmpty(options.testLabels, "--test-labels"),
  });
}

/** The files that paths stand for: a folder stands for the files directly in it. */
export async function expand(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if ((await kindOf(path)) !== "folder") {
      await requireFile(path);
      files.push(resolve(path));
      continue;
    }
    for (const file of await filesBelow(path)) if (!file.includes("/")) files.push(resolve(join(path, file)));
  }
  return files;
}

/** A folder that a person names for a purpose and that is empty is a mistake, not an answer. */
async function expandNonEmpty(paths: readonly string[] | undefined, flag: string): Promise<readonly string[]> {
  if (paths === undefined) return [];
  const files = await expand(paths);
  if (files.length > 0) return files;
  throw new InputError({
    subject: `${flag} ${paths.join(" ")}`,
    expected: "volumes",
    got: "an empty folder",
    todo: "Check the path.",
  });
}

async function requireFile(path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind === "file") return;
  const got = kind === "folder" ? "a folder" : "no such file";
  throw new InputError({ subject: path, expected: "a file", got, todo: "Check the path." });
}
