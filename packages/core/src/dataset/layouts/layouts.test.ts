import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { type LayoutOptions, type Listing, memoryListing } from "../layout.ts";
import type { Manifest } from "../manifest.ts";
import { readDataset } from "../read-dataset.ts";
import { LAYOUTS } from "./layouts.ts";

const shared = new URL("../../../../../../shared/data/msd-hippocampus/", import.meta.url);
const cases = ["case_01", "case_02", "case_03", "case_04", "case_05", "case_06"];

const splitFolder: Record<string, string> = {
  "split.json": JSON.stringify({
    labels: { "0": "background", "1": "head" },
    split: { train: cases.slice(0, 4), validation: ["case_05"], test: ["case_06"] },
    atlas_candidates: ["case_03"],
  }),
  ...volumes("images", cases),
  ...volumes("labels", cases),
  ...volumes("unlabelled", ["case_09"]),
};

const decathlon = {
  "dataset.json": JSON.stringify({
    name: "Toy",
    labels: { "0": "background", "1": "head" },
    training: cases.map((id) => ({ image: `./imagesTr/${id}.nii.gz`, label: `./labelsTr/${id}.nii.gz` })),
    test: ["./imagesTs/case_50.nii.gz"],
  }),
  "imagesTr/._case_01.nii.gz": "",
  ...volumes("imagesTr", cases),
  ...volumes("labelsTr", cases),
  ...volumes("imagesTs", ["case_50"]),
};

const nnunet = {
  "dataset.json": JSON.stringify({
    channel_names: { "0": "T1" },
    labels: { background: 0, head: 1 },
    numTraining: 6,
    file_ending: ".nii.gz",
  }),
  ...volumes(
    "imagesTr",
    cases.map((id) => `${id}_0000`),
  ),
  ...volumes("labelsTr", cases),
};

const samples: Record<string, Record<string, string>> = { "split-folder": splitFolder, decathlon, nnunet };

describe("every layout", () => {
  it.each(LAYOUTS.map((layout) => layout.name))("%s: is told apart, and the pool carries no labels", async (name) => {
    const { layout, manifest } = await readDataset(memoryListing("toy", samples[name]), {});
    expect(layout).toBe(name);
    expect(manifest.atlases).toHaveLength(1);
    expect(manifest.labels).toEqual({ "1": "head" });
    for (const entry of manifest.unlabeled) {
      expect(Object.keys(entry)).toEqual(["id", "image"]);
      expect(entry.image).not.toMatch(/labels/);
    }
    const labelPaths = [...manifest.atlases, ...manifest.validation, ...manifest.test].map((one) => one.labels);
    for (const { id } of manifest.unlabeled) expect(labelPaths.join(" ")).not.toContain(id);
  });

  it.each(Object.keys(samples))("%s: an unknown atlas is refused with the ids that come near", async (name) => {
    const message = await refusal(samples[name], { atlases: ["case_0l"] });
    expect(message).toContain("--atlas case_0l");
    expect(message).toMatch(/Did you mean case_01/);
  });

  it.each(Object.keys(samples))("%s: a named file that is not there is an error that names it", async (name) => {
    const { [Object.keys(samples[name]).find((path) => /(imagesTr|images)\/case_02/.test(path)) ?? ""]: _, ...rest } =
      samples[name];
    expect(await refusal(rest, {})).toContain("case_02");
  });
});

describe("split-folder", () => {
  it("takes the first atlas candidate, and unlabelled/ joins the pool", async () => {
    const manifest = await read(splitFolder);
    expect(manifest.atlases).toEqual([
      { id: "case_03", image: "images/case_03.nii.gz", labels: "labels/case_03.nii.gz" },
    ]);
    expect(manifest.unlabeled.map(({ id }) => id)).toEqual(["case_01", "case_02", "case_04", "case_09"]);
    expect(manifest.test).toEqual([{ id: "case_06", image: "images/case_06.nii.gz", labels: "labels/case_06.nii.gz" }]);
  });

  it("takes several atlases", async () => {
    const manifest = await read(splitFolder, { atlases: ["case_01", "case_02"] });
    expect(manifest.atlases.map(({ id }) => id)).toEqual(["case_01", "case_02"]);
    expect(manifest.unlabeled.map(({ id }) => id)).toEqual(["case_03", "case_04", "case_09"]);
  });

  it("refuses a test label with no image, and an id in two groups", async () => {
    const { "images/case_06.nii.gz": _, ...rest } = splitFolder;
    expect(await refusal(rest, {})).toContain("case case_06: expected a volume images/case_06.nii.gz");
    const twice = { split: { train: ["case_01", "case_02"], test: ["case_02"] } };
    expect(await refusal({ ...splitFolder, "split.json": JSON.stringify(twice) }, {})).toContain(
      "images/case_02.nii.gz (test)",
    );
  });

  it("refuses a split.json that is no JSON or has no training list", async () => {
    expect(await refusal({ ...splitFolder, "split.json": "{" }, {})).toContain("toy/split.json: expected JSON");
    expect(await refusal({ ...splitFolder, "split.json": '{"split":{}}' }, {})).toContain(
      "toy/split.json: split.train",
    );
  });

  it("reads the real hippocampus folder: 135 training scans of which one is the atlas, 22 and 49 to score", async (context) => {
    const listing = realListing();
    if (listing === undefined) {
      console.log("skipped: the real hippocampus data are not here");
      return context.skip();
    }
    const { manifest } = await readDataset(listing, {});
    const split = JSON.parse(await listing.readText("split.json")).split;
    expect(manifest.atlases.map(({ id }) => id)).toEqual(["hippocampus_303"]);
    expect(manifest.unlabeled).toHaveLength(135 - 1 + 1); // without the atlas, with the one scan of unlabelled/
    expect(manifest.validation.map(({ id }) => id)).toEqual(split.validation);
    expect(manifest.test.map(({ id }) => id)).toEqual(split.test);
    expect(manifest.test).toHaveLength(49);
    expect(JSON.stringify(manifest.unlabeled)).not.toContain("labels/");
  });
});

describe("decathlon", () => {
  it("skips ._ files, holds out the last fifth by id, and keeps the unscored test scans", async () => {
    const manifest = await read(decathlon);
    expect(manifest.name).toBe("Toy");
    expect(manifest.atlases[0].id).toBe("case_01");
    expect(manifest.unlabeled.map(({ id }) => id)).toEqual(["case_02", "case_03", "case_04", "case_05"]);
    expect(manifest.test).toEqual([
      { id: "case_06", image: "imagesTr/case_06.nii.gz", labels: "labelsTr/case_06.nii.gz" },
      { id: "case_50", image: "imagesTs/case_50.nii.gz" },
    ]);
    expect((await read(decathlon, { holdOut: 0 })).test.map(({ id }) => id)).toEqual(["case_50"]);
  });
});

describe("nnunet", () => {
  it("takes the test scans from labelsTs, else from the fold, else from the last fifth", async () => {
    expect((await read(nnunet)).test.map(({ id }) => id)).toEqual(["case_06"]);
    const folds = [
      { train: cases.slice(0, 4), val: cases.slice(4) },
      { train: cases.slice(2), val: cases.slice(0, 2) },
    ];
    const folded = { ...nnunet, "splits_final.json": JSON.stringify(folds) };
    expect((await read(folded)).test.map(({ id }) => id)).toEqual(["case_05", "case_06"]);
    expect((await read(folded, { fold: 1 })).test.map(({ id }) => id)).toEqual(["case_02"]);
    expect(await refusal(folded, { fold: 2 })).toContain("0 to 1");
    const official = { ...nnunet, ...volumes("imagesTs", ["t_0000"]), ...volumes("labelsTs", ["t"]) };
    expect((await read(official)).test).toEqual([
      { id: "t", image: "imagesTs/t_0000.nii.gz", labels: "labelsTs/t.nii.gz" },
    ]);
    expect(await refusal({ ...nnunet, ...volumes("labelsTs", ["t"]) }, {})).toContain("imagesTs/t.nii.gz");
  });

  it("asks for a channel where there are several", async () => {
    const two = {
      ...nnunet,
      ...volumes(
        "imagesTr",
        cases.map((id) => `${id}_0001`),
      ),
    };
    expect(await refusal(two, {})).toContain("--channel");
    expect((await read(two, { channel: 1 })).atlases[0].image).toBe("imagesTr/case_01_0001.nii.gz");
  });

  it("refuses regions and ignored voxels", async () => {
    const region = JSON.stringify({ labels: { background: 0, whole: [1, 2] } });
    expect(await refusal({ ...nnunet, "dataset.json": region }, {})).toContain("label whole");
  });
});

describe("what is no data set", () => {
  it("is refused in one line: an empty folder, a folder of other things", async () => {
    expect(await refusal({}, {})).toContain("an empty folder");
    expect(await refusal({ "notes.txt": "" }, {})).toContain("one of the layouts split-folder");
  });
});

function volumes(folder: string, ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [`${folder}/${id}.nii.gz`, ""]));
}

async function read(files: Record<string, string>, options: LayoutOptions = {}): Promise<Manifest> {
  return (await readDataset(memoryListing("toy", files), options)).manifest;
}

async function refusal(files: Record<string, string>, options: LayoutOptions): Promise<string> {
  const error = await read(files, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const message = error instanceof InputError ? error.message : "";
  expect(message).not.toContain("\n");
  return message;
}

function realListing(): Listing | undefined {
  const root = fileURLToPath(shared);
  try {
    const paths = readdirSync(root, { recursive: true, encoding: "utf8" });
    return {
      name: "msd-hippocampus",
      list: () => paths,
      readText: async (path) => readFileSync(`${root}${path}`, "utf8"),
    };
  } catch {
    return undefined;
  }
}
