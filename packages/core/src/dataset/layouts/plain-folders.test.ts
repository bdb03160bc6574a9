import { describe, expect, it } from "vitest";
import { type PlainFolders, plainFolders } from "./plain-folders.ts";

const files: PlainFolders = {
  name: "my scans",
  atlases: ["a/atlas.nii.gz"],
  labels: ["a/labels.nii"],
  unlabeled: ["u/1.nii.gz", "u/2.hdr", "u/2.img", "u/._1.nii.gz", "u/readme.txt"],
  test: ["t/9_0000.nii.gz", "t/8.nii"],
  testLabels: ["l/9.nii.gz", "l/8.nii.gz"],
};

describe("plain folders", () => {
  it("keeps volumes only and pairs test scans with their labels by name", () => {
    const manifest = plainFolders(files);
    expect(manifest.atlases).toEqual([{ id: "atlas", image: "a/atlas.nii.gz", labels: "a/labels.nii" }]);
    expect(manifest.unlabeled).toEqual([
      { id: "1", image: "u/1.nii.gz" },
      { id: "2", image: "u/2.hdr" },
    ]);
    expect(manifest.test).toEqual([
      { id: "9", image: "t/9_0000.nii.gz", labels: "l/9.nii.gz" },
      { id: "8", image: "t/8.nii", labels: "l/8.nii.gz" },
    ]);
  });

  it("takes the atlas out of the unlabeled folder", () => {
    const manifest = plainFolders({ ...files, atlases: ["u/1.nii.gz"] });
    expect(manifest.unlabeled.map(({ id }) => id)).toEqual(["2"]);
  });

  it("names what is wrong", () => {
    expect(() => plainFolders({ ...files, unlabeled: [] })).toThrow("--unlabeled: expected a folder");
    expect(() => plainFolders({ ...files, unlabeled: ["u/readme.txt"] })).toThrow("1 files, none of them a volume");
    expect(() => plainFolders({ ...files, labels: [] })).toThrow("1 atlas and 0 label files");
    expect(() => plainFolders({ ...files, test: ["t/8.nii"] })).toThrow("l/9.nii.gz: expected a test scan");
    expect(() => plainFolders({ ...files, test: ["t/1.nii.gz"], testLabels: [] })).toThrow(
      "case 1: expected each id once",
    );
  });
});
