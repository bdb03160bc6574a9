import { z } from "zod";
import { InputError } from "../../errors.ts";
import { caseId, isVolumePath, plainPath } from "../case-id.ts";
import { parseJson } from "../check-against.ts";
import { chooseAtlases } from "../choose-atlases.ts";
import { presentPath, withoutBackground } from "../folder-files.ts";
import { holdOutLast } from "../hold-out.ts";
import type { Layout, Listing } from "../layout.ts";
import { checkManifest, type LabeledCase } from "../manifest.ts";

interface DatasetFile {
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly training: readonly { readonly image: string; readonly label: string }[];
  readonly test?: readonly (string | { readonly image: string })[] | undefined;
}

const datasetFile: z.ZodType<DatasetFile> = z.object({
  name: z.string().optional(),
  labels: z.record(z.string().regex(/^\d+$/), z.string()).optional(),
  training: z.array(z.object({ image: z.string().min(1), label: z.string().min(1) })).min(1),
  test: z.array(z.union([z.string().min(1), z.object({ image: z.string().min(1) })])).optional(),
});

/**
 * The Medical Segmentation Decathlon: `TaskNN_Name/dataset.json`, `imagesTr/`, `labelsTr/`, `imagesTs/`.
 * Its test scans carry no labels, so a share of the labeled cases is held out to be scored.
 */
export const decathlon: Layout = {
  name: "decathlon",
  looksLike: "dataset.json with a list `training`, imagesTr/, labelsTr/",
  async detect(listing: Listing) {
    if (!listing.list().includes("dataset.json")) return false;
    return /"training"\s*:\s*\[/.test(await listing.readText("dataset.json"));
  },
  async read(listing, options) {
    const subject = `${listing.name}/dataset.json`;
    const dataset = parseJson(datasetFile, await listing.readText("dataset.json"), subject);
    const byId = new Map<string, LabeledCase>();
    for (const entry of dataset.training) {
      const image = plainPath(entry.image);
      const labels = plainPath(entry.label);
      if (!isVolumePath(image)) continue; // macOS's `._name` companions stand in some of the lists
      const id = caseId(image);
      if (byId.has(id)) throw twice(subject, id);
      byId.set(id, { id, image: presentPath(image, listing, "dataset.json"), labels });
    }
    const labeled = (id: string): LabeledCase => {
      const found = byId.get(id);
      if (found === undefined) throw new Error(`${id} is not in ${subject}`);
      return { ...found, labels: presentPath(found.labels, listing, "dataset.json") };
    };
    const ids = [...byId.keys()].sort();
    const atlases = chooseAtlases(options.atlases, ids, listing.name);
    const { train, test } = holdOutLast(
      ids.filter((id) => !atlases.includes(id)),
      options.holdOut ?? 0.2,
    );
    const unscored = (dataset.test ?? [])
      .map((entry) => plainPath(typeof entry === "string" ? entry : entry.image))
      .filter(isVolumePath)
      .map((image) => ({ id: caseId(image), image: presentPath(image, listing, "dataset.json") }));
    return checkManifest(
      {
        name: dataset.name ?? listing.name,
        labels: withoutBackground(dataset.labels ?? {}),
        atlases: atlases.map(labeled),
        unlabeled: train.map((id) => ({ id, image: labeled(id).image })),
        validation: [],
        test: [...test.map(labeled), ...unscored],
      },
      subject,
    );
  },
};

function twice(subject: string, id: string): InputError {
  return new InputError({
    subject: `${subject}: case ${id}`,
    expected: "each training case once",
    got: "it twice",
    todo: "Remove one of the two entries.",
  });
}
