import { describe, expect, test } from "vitest";
import { memoryListing } from "../dataset/layout.ts";
import { readScanPool } from "./scan-pool.ts";
import { createScanReader } from "./scan-reader.ts";

const ids = (pool: { scans: readonly { id: string }[] }): string[] => pool.scans.map(({ id }) => id).sort();
const images = (folder: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}.nii.gz`, ""]));

describe("a data set of which nothing is labeled", () => {
  test("split.json: training and further unlabeled scans, with the proposed candidates", async () => {
    const split = { split: { train: ["a", "b", "c"], validation: ["v"], test: ["t"] }, atlas_candidates: ["b"] };
    const files = {
      ...images("images", ["a", "b", "c", "t", "v"]),
      ...images("unlabeled", ["d"]),
      "split.json": JSON.stringify(split),
    };
    const pool = await readScanPool(memoryListing("set", files), {});
    expect(ids(pool)).toEqual(["a", "b", "c", "d"]);
    expect(pool).toMatchObject({ training: ["a", "b", "c"], proposed: ["b"] });
    // Labels of other scans, or of some only, make no difference.
    const partly = { ...files, ...images("labels", ["a", "stranger"]) };
    expect(await readScanPool(memoryListing("set", partly), {})).toEqual(pool);
    const unknown = { ...files, "split.json": JSON.stringify({ ...split, atlas_candidates: ["bb"] }) };
    await expect(readScanPool(memoryListing("set", unknown), {})).rejects.toThrow("case bb");
  });

  test("Decathlon: without the held-out fifth", async () => {
    const training = ["a", "b", "c", "d", "e"].map((id) => ({
      image: `./imagesTr/${id}.nii.gz`,
      label: `./labelsTr/${id}.nii.gz`,
    }));
    const files = { ...images("imagesTr", ["a", "b", "c", "d", "e"]), "dataset.json": JSON.stringify({ training }) };
    const pool = await readScanPool(memoryListing("set", files), {});
    expect(ids(pool)).toEqual(["a", "b", "c", "d"]);
    expect(pool).toMatchObject({ proposed: [] });
    expect([...pool.training].sort()).toEqual(["a", "b", "c", "d"]);
  });

  test("nnU-Net: one channel, the fold's training cases", async () => {
    const files = {
      ...images("imagesTr", ["a_0000", "b_0000", "c_0000", "a_0001", "b_0001", "c_0001"]),
      "dataset.json": JSON.stringify({ labels: { background: 0, head: 1 } }),
      "splits_final.json": JSON.stringify([{ train: ["a", "b"], val: ["c"] }]),
    };
    const pool = await readScanPool(memoryListing("set", files), { channel: 1 });
    expect(pool.scans).toContainEqual({ id: "b", image: "imagesTr/b_0001.nii.gz" });
    expect(ids(pool)).toEqual(["a", "b"]);
  });
});

test("the reader of scans reaches no other file", async () => {
  const asked: string[] = [];
  const read = createScanReader([{ id: "a", image: "images/a.hdr" }], async (path) => {
    asked.push(path);
    return new Uint8Array(400);
  });
  await expect(read({ id: "a", image: "labels/a.nii" })).rejects.toThrow("not an image to choose from");
  await expect(read({ id: "a", image: "images/a.hdr" })).rejects.not.toThrow("not an image");
  expect(new Set(asked)).toEqual(new Set(["images/a.hdr", "images/a.img"]));
});
