import { basename, dirname, relative, resolve, sep } from "node:path";
import {
  InputError,
  readClassList,
  readLabelList,
  readMedmnist,
  type TransferConfig,
  type TransferManifest,
  takeLabeled,
} from "@voxelsmith/core";
import { comparisonData } from "../comparison-data.ts";
import { folderListing, kindOf, readBytes } from "../files.ts";
import { required } from "../options.ts";

/** Flags of `transfer` that say which cases there are. */
export interface TransferDataOptions {
  readonly task?: TransferConfig["task"];
  readonly input?: string;
  readonly csv?: string;
  readonly classColumn?: string;
  readonly classes?: readonly string[];
  readonly labeled?: readonly string[];
  readonly fold?: number;
  readonly channel?: number;
  readonly holdOut?: number;
}

/** What data there is, with absolute paths, and of the training cases those whose labels may be used. */
export async function transferManifest(
  options: TransferDataOptions,
  { task, seed }: Pick<TransferConfig, "task" | "seed">,
): Promise<TransferManifest> {
  const manifest = await wholeManifest(options, task, seed);
  const labeled = labeledOf(options.labeled);
  return manifest.task === "classification"
    ? { ...manifest, train: takeLabeled(manifest.train, labeled, seed, (one) => one.class) }
    : { ...manifest, train: takeLabeled(manifest.train, labeled, seed, () => "") };
}

async function wholeManifest(
  options: TransferDataOptions,
  task: TransferConfig["task"],
  seed: number,
): Promise<TransferManifest> {
  const { csv, classes } = options;
  if (csv !== undefined) return listed(options, csv, task, seed);
  const input = required(options.input, "-i", "a data set folder, a folder with --csv, or an .npz of MedMNIST");
  if (task === "segmentation") return labeledDataset(input, options);
  if (input.endsWith(".npz")) {
    return readMedmnist(await readBytes(input), resolve(input), basename(input), classes).manifest;
  }
  throw new InputError({
    subject: "--task classification",
    expected: "a CSV of images and classes with --csv, or an .npz of MedMNIST with -i",
    got: `the folder ${input} alone`,
    todo: "Add --csv with the name of its CSV.",
  });
}

/** Paths in a CSV start from its own folder. */
async function listed(
  { input, csv: _, ...options }: TransferDataOptions,
  csv: string,
  task: TransferConfig["task"],
  seed: number,
): Promise<TransferManifest> {
  const beside = input === undefined ? resolve(csv) : resolve(input, csv);
  const path = (await kindOf(beside)) === "file" ? beside : resolve(csv);
  const root = dirname(path);
  const folder = await folderListing(root);
  const { classColumn, classes } = options;
  const request = { folder, csv: relative(root, path).split(sep).join("/"), classColumn, classes, seed };
  const place = <T extends { readonly image: string }>(one: T): T => ({ ...one, image: resolve(root, one.image) });
  if (task === "classification") {
    const { train, validation, test, ...rest } = await readClassList(request);
    return { ...rest, train: train.map(place), validation: validation.map(place), test: test.map(place) };
  }
  const { train, validation, test, ...rest } = await readLabelList(request);
  const both = <T extends { readonly image: string; readonly labels?: string }>(one: T): T =>
    one.labels === undefined ? place(one) : { ...place(one), labels: resolve(root, one.labels) };
  return { ...rest, train: train.map(both), validation: validation.map(both), test: test.map(both) };
}

async function labeledDataset(
  input: string,
  { fold, channel, holdOut }: TransferDataOptions,
): Promise<TransferManifest> {
  const { manifest, labeled } = await comparisonData(
    {
      input,
      ...(fold === undefined ? {} : { fold }),
      ...(channel === undefined ? {} : { channel }),
      ...(holdOut === undefined ? {} : { holdOut }),
    },
    [],
  );
  const { name, labels, validation, test } = manifest;
  return { task: "segmentation", name, labels, train: labeled, validation, test };
}

/** One whole number is a count; anything else are ids. */
function labeledOf(words: readonly string[] | undefined): number | readonly string[] | undefined {
  if (words === undefined) return undefined;
  return words.length === 1 && /^[1-9][0-9]*$/.test(words[0]) ? Number(words[0]) : words;
}
