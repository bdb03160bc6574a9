import { describe, expect, it } from "vitest";
import { memoryListing } from "../dataset/layout.ts";
import { readDataset } from "../dataset/read-dataset.ts";
import { readNifti } from "../io/nifti-read.ts";
import { memoryStore } from "../run/store.ts";
import { axisCodes } from "../volume/orientation.ts";
import { phantomCohort } from "./phantom-cohort.ts";
import { writePhantomCohort } from "./write-phantom-cohort.ts";

const options = { seed: 5, unlabeled: 3, test: 2 };

describe("phantomCohort", () => {
  it("has one atlas, 20 unlabeled and 6 test subjects, sizes and orientations mixed", () => {
    const cohort = phantomCohort({ seed: 1 });
    const count = (role: string): number => cohort.filter((subject) => subject.role === role).length;
    expect(["atlas", "unlabeled", "test"].map(count)).toEqual([1, 20, 6]);
    expect(new Set(cohort.map(({ id }) => id)).size).toBe(27);
    expect(new Set(cohort.map(({ draw }) => draw.dims.join())).size).toBeGreaterThan(10);
    expect(cohort.filter((subject) => subject.axisCodes !== "RAS").length).toBe(2);
  });

  it("draws each subject by itself: another seed changes all, a larger cohort none", () => {
    const draws = phantomCohort(options).map(({ draw }) => draw);
    const larger = phantomCohort({ ...options, test: 4 }).slice(0, 6);
    expect(larger.map(({ draw }) => draw)).toEqual(draws);
    expect(phantomCohort({ ...options, seed: 6 })[0].draw).not.toEqual(draws[0]);
  });
});

describe("writePhantomCohort", () => {
  it("writes a data set that reads back as its manifest, without labels of the pool", async () => {
    const store = memoryStore();
    const manifest = await writePhantomCohort(store, options);
    const split = new TextDecoder().decode(await store.read("split.json"));
    const images = await store.list("images");
    const labels = await store.list("labels");
    expect(images.length).toBe(6);
    expect(labels).toEqual(["labels/atlas-01.nii.gz", "labels/test-01.nii.gz", "labels/test-02.nii.gz"]);
    const files = Object.fromEntries([...images, ...labels].map((path) => [path, ""]));
    const dataset = await readDataset(memoryListing("phantoms", { ...files, "split.json": split }), {});
    expect(dataset).toEqual({ layout: "split-folder", manifest });
  });

  it("writes the same bytes for the same seed, in the orientation it says", async () => {
    const [first, second] = [memoryStore(), memoryStore()];
    await writePhantomCohort(first, options);
    await writePhantomCohort(second, options);
    for (const path of await first.list("images")) expect(await second.read(path)).toEqual(await first.read(path));
    const codes = async (path: string): Promise<string> =>
      axisCodes(readNifti((await first.read(path)) ?? new Uint8Array(), { name: path }).grid.affine);
    expect(await codes("images/atlas-01.nii.gz")).toBe("RAS");
    expect(await codes("images/unlabeled-02.nii.gz")).toBe("LPS");
    expect(await codes("images/test-02.nii.gz")).toBe("PSR");
    expect(await codes("labels/test-02.nii.gz")).toBe("PSR");
  });

  it("stops when asked, before a data set could be mistaken for a whole one", async () => {
    const store = memoryStore();
    const stopped = writePhantomCohort(store, { ...options, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow("abort");
    expect(await store.read("split.json")).toBeUndefined();
  });
});
