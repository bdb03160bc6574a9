import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Listing } from "../dataset/layout.ts";
import { cubeLoader } from "./load-cubes.ts";
import { readClassList, readLabelList } from "./read-case-list.ts";
import { readMedmnist } from "./read-medmnist.ts";
import type { ClassifiedCase } from "./transfer-manifest.ts";

// The two targets that the comparison of transfers is about; kept outside the repository with their sources.
const DATA = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const NODULES = join(DATA, "lung-nodules-lidc");
const ADRENAL = join(DATA, "adrenalmnist3d/adrenalmnist3d_32.npz");
const hasNodules = existsSync(join(NODULES, "nodules.csv"));
const hasAdrenal = existsSync(ADRENAL);
if (!hasNodules) console.log(`Skipped the lung nodules: not at ${NODULES}`);
if (!hasAdrenal) console.log(`Skipped the adrenal shapes: not at ${ADRENAL}`);

const listing = (folder: string): Listing => ({
  name: basename(folder),
  list: () => readdirSync(folder, { recursive: true }).map(String),
  readText: async (path) => readFileSync(join(folder, path), "utf8"),
});
const counts = (cases: readonly ClassifiedCase[], classes: readonly string[]): readonly number[] =>
  classes.map((name) => cases.filter((one) => one.class === name).length);
const signal = new AbortController().signal;

describe.skipIf(!hasNodules)("lung nodules", () => {
  const folder = listing(NODULES);
  it("benign or malignant, by class or by rating; the cubes are z-scored", async () => {
    const request = { folder, csv: "nodules.csv", seed: 1 };
    const manifest = await readClassList({ ...request, classes: ["benign", "malignant"] });
    const { train, validation, test, classes } = manifest;
    expect([train, validation, test].map((cases) => counts(cases, classes))).toEqual([
      [11, 30],
      [3, 7],
      [6, 15],
    ]);
    const rated = await readClassList({
      ...request,
      classColumn: "malignancy",
      classes: ["benign=1,2", "malignant=4,5"],
    });
    expect(rated).toEqual(manifest);
    const readFile = async (path: string) => new Uint8Array(readFileSync(join(NODULES, path)));
    const [cube] = await cubeLoader(readFile, classes, signal)(train.slice(0, 1));
    expect(cube.extents).toEqual([51, 51, 51]);
    expect(cube.image.reduce((sum, value) => sum + value, 0) / cube.image.length).toBeCloseTo(0, 4);
  });

  it("and their masks, for segmentation", async () => {
    const { train, validation, test } = await readLabelList({ folder, csv: "nodules.csv", seed: 1 });
    expect([train, validation, test].map(({ length }) => length)).toEqual([60, 14, 30]);
    expect(train[0]).toMatchObject({ image: "images/nodule_0000.nii.gz", labels: "masks/nodule_0000.nii.gz" });
  });
});

describe.skipIf(!hasAdrenal)("adrenal shapes", () => {
  it("are read from MedMNIST's file", async () => {
    const bytes = new Uint8Array(readFileSync(ADRENAL));
    const { manifest } = readMedmnist(bytes, ADRENAL, "adrenalmnist3d_32.npz", ["normal=0", "mass=1"]);
    const { train, validation, test, classes } = manifest;
    expect(classes).toEqual(["normal", "mass"]);
    expect([train, validation, test].map((cases) => counts(cases, classes))).toEqual([
      [929, 259],
      [76, 22],
      [116, 33],
    ]);
    const [cube] = await cubeLoader(async () => bytes, classes, signal)(test.slice(0, 1));
    expect(cube.extents).toEqual([32, 32, 32]);
    expect(new Set(cube.image).size).toBe(2);
  });
});
