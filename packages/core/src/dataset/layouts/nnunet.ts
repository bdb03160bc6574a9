import { z } from "zod";
import { InputError } from "../../errors.ts";
import { caseId } from "../case-id.ts";
import { parseJson } from "../check-against.ts";
import { chooseAtlases } from "../choose-atlases.ts";
import { fileOf, volumesIn } from "../folder-files.ts";
import { holdOutLast } from "../hold-out.ts";
import type { Layout, LayoutOptions, Listing } from "../layout.ts";
import { checkManifest, type LabeledCase, type TestCase } from "../manifest.ts";

interface DatasetFile {
  readonly name?: string | undefined;
  readonly channel_names?: Readonly<Record<string, string>> | undefined;
  readonly labels: Readonly<Record<string, number | readonly number[]>>;
}

const datasetFile: z.ZodType<DatasetFile> = z.object({
  name: z.string().optional(),
  channel_names: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.union([z.number().int(), z.array(z.number().int())])),
});

type Fold = { readonly train: readonly string[]; readonly val: readonly string[] };
const splitsFile: z.ZodType<readonly Fold[]> = z
  .array(z.object({ train: z.array(z.string()), val: z.array(z.string()) }))
  .min(1);

/**
 * nnU-Net v2: `imagesTr/CASE_0000.nii.gz`, `labelsTr/CASE.nii.gz`, `dataset.json` with `labels` from name to value,
 * `splits_final.json` (optional), `imagesTs/` and `labelsTs/` (optional).
 * Test scans, in this order of preference: `labelsTs`, the chosen fold's `val`, the last fifth of the cases by id.
 */
export const nnunet: Layout = {
  name: "nnunet",
  looksLike: "dataset.json with `labels` from name to value, imagesTr/CASE_0000.nii.gz, labelsTr/",
  async detect(listing: Listing) {
    if (!listing.list().includes("dataset.json")) return false;
    if (/"training"\s*:\s*\[/.test(await listing.readText("dataset.json"))) return false;
    return listing.list().some((path) => /^imagesTr\/.*_\d{4}\.[^/]+$/.test(path));
  },
  async read(listing, options) {
    const subject = `${listing.name}/dataset.json`;
    const dataset = parseJson(datasetFile, await listing.readText("dataset.json"), subject);
    const channel = chooseChannel(listing, dataset, options);
    const images = channelOf(volumesIn(listing, "imagesTr"), channel);
    const labels = volumesIn(listing, "labelsTr");
    const labeled = (id: string): LabeledCase => ({
      id,
      image: fileOf(id, images, "imagesTr", listing.name),
      labels: fileOf(id, labels, "labelsTr", listing.name),
    });
    const testImages = channelOf(volumesIn(listing, "imagesTs"), channel);
    const testLabels = volumesIn(listing, "labelsTs");
    const ids = [...images.keys()].sort();
    const atlases = chooseAtlases(
      options.atlases,
      ids.filter((id) => labels.has(id)),
      listing.name,
    );
    const fold = await readFold(listing, options.fold);
    const pool = (fold?.train ?? ids).filter((id) => !atlases.includes(id));
    const share = fold !== undefined || testLabels.size > 0 ? 0 : (options.holdOut ?? 0.2);
    const { train, test } = holdOutLast(pool, share);
    const heldOut = [...(fold?.val ?? []), ...test].filter((id) => !atlases.includes(id));
    for (const id of labels.keys()) fileOf(id, images, "imagesTr", listing.name);
    for (const id of testLabels.keys()) fileOf(id, testImages, "imagesTs", listing.name);
    const official = [...testImages].map(([id, image]): TestCase => {
      const path = testLabels.get(id);
      return path === undefined ? { id, image } : { id, image, labels: path };
    });
    return checkManifest(
      {
        name: dataset.name ?? listing.name,
        labels: namesByValue(dataset, subject),
        atlases: atlases.map(labeled),
        unlabeled: train.map((id) => ({ id, image: fileOf(id, images, "imagesTr", listing.name) })),
        validation: [],
        test: [...heldOut.map(labeled), ...official],
      },
      subject,
    );
  },
};

/** Only the files of one channel, by the case's id. */
function channelOf(files: ReadonlyMap<string, string>, channel: number): ReadonlyMap<string, string> {
  const ending = `_${String(channel).padStart(4, "0")}`;
  return new Map(
    [...files]
      .filter(([name]) => name.endsWith(ending))
      .map(([name, path]) => [name.slice(0, -ending.length), path] as const),
  );
}

function chooseChannel(listing: Listing, dataset: DatasetFile, options: LayoutOptions): number {
  const names = [...volumesIn(listing, "imagesTr").values()].map((path) => /_(\d{4})$/.exec(caseId(path))?.[1]);
  const channels = [...new Set(names.filter((name) => name !== undefined))].map(Number).sort((a, b) => a - b);
  if (options.channel === undefined && channels.length === 1) return channels[0];
  if (options.channel !== undefined && channels.includes(options.channel)) return options.channel;
  const described = channels.map((channel) => `${channel} (${dataset.channel_names?.[channel] ?? "no name"})`);
  throw new InputError({
    subject: options.channel === undefined ? listing.name : `--channel ${options.channel}`,
    expected: "one channel per scan",
    got: described.length === 0 ? "no imagesTr/CASE_0000 files" : `channels ${described.join(", ")}`,
    todo: "Choose one with --channel.",
  });
}

async function readFold(listing: Listing, wanted: number | undefined): Promise<Fold | undefined> {
  const path = "splits_final.json";
  const subject = `${listing.name}/${path}`;
  if (!listing.list().includes(path)) {
    if (wanted === undefined) return undefined;
    throw new InputError({
      subject,
      expected: `a file with fold ${wanted}`,
      got: "no such file",
      todo: "Leave --fold out to hold out the last fifth of the cases.",
    });
  }
  const folds = parseJson(splitsFile, await listing.readText(path), subject);
  const fold = folds[wanted ?? 0];
  if (fold !== undefined) return fold;
  throw new InputError({
    subject: `--fold ${wanted}`,
    expected: `a fold of ${subject}, 0 to ${folds.length - 1}`,
    got: String(wanted),
    todo: "Choose one of them.",
  });
}

function namesByValue(dataset: DatasetFile, subject: string): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [name, value] of Object.entries(dataset.labels)) {
    if (typeof value !== "number" || name === "ignore") {
      throw new InputError({
        subject: `${subject}: label ${name}`,
        expected: "one integer per label",
        got: name === "ignore" ? "an ignore label" : `a region of values ${value}`,
        todo: "Regions and ignored voxels are not supported: give each structure its own value.",
      });
    }
    if (value !== 0) names[String(value)] = name;
  }
  return names;
}
