import { expect, test } from "vitest";
import { readNifti } from "./io/nifti-read.ts";
import { writeNifti } from "./io/nifti-write.ts";
import { readScan } from "./io/read-scan.ts";
import { phantomGrid } from "./phantom/draw-phantom.ts";
import { type PhantomSubject, phantomCohort } from "./phantom/phantom-cohort.ts";
import { renderPhantom } from "./phantom/render-phantom.ts";
import { runRecipe } from "./recipe.ts";
import { type Preset, presetConfig } from "./run/config.ts";
import type { RunContext } from "./run/context.ts";
import { changeConfig } from "./run/resolve-config.ts";
import { memoryStore, type Store } from "./run/store.ts";
import { segmentScans } from "./segment-scans.ts";
import { windowOfGrid } from "./volume/grid.ts";
import { reorient } from "./volume/orientation.ts";
import type { Grid, LabelMap, Volume } from "./volume/volume.ts";

// The whole method on 2-D images: a few steps of small networks on coarse slices through phantoms.

type Plane = "axial" | "coronal";
const COMMON = ["prepare.spacingMm=3", "prepare.marginVoxels=0", "prepare.multipleOf=8", "prepare.alignmentSteps=3"];
const SHORT = ["spatial.steps=2", "appearance.steps=2", "segment.steps=2", "segment.validateEvery=2"];
const FEW = ["segment.validationExamples=2", "synthesize.examples=3"];

/** The middle slice of a phantom's grid. */
function sliceGrid(whole: Grid, plane: Plane): Grid {
  const [i, j, k] = whole.dims;
  return plane === "axial"
    ? windowOfGrid(whole, [0, 0, Math.floor(k / 2)], [i, j, 1])
    : windowOfGrid(whole, [0, Math.floor(j / 2), 0], [i, 1, k]);
}

/** A NIfTI file that says "two dimensions", as programs for 2-D images write it: dim[0] = 2. */
function writeTwoDimensional(content: Volume | LabelMap): Uint8Array {
  const bytes = writeNifti(content, { gzip: false });
  new DataView(bytes.buffer).setInt16(40, 2, true);
  return bytes;
}

/** Axial slices lie as `[i, j, 1]` and flipped, coronal ones along R, S and then across. */
async function writeSlices(data: Store, subjects: readonly PhantomSubject[], plane: Plane): Promise<void> {
  for (const { id, draw, axisCodes } of subjects) {
    const codes = plane === "coronal" ? "RSA" : axisCodes.endsWith("S") ? axisCodes : "LPS";
    const { image, labels } = renderPhantom(draw, sliceGrid(phantomGrid(draw), plane));
    await data.write(`images/${id}.nii`, writeTwoDimensional(reorient(image, codes)));
    await data.write(`labels/${id}.nii`, writeTwoDimensional(reorient(labels, codes)));
  }
}

async function contextOf(preset: Preset, plane: Plane): Promise<{ context: RunContext; data: Store }> {
  const data = memoryStore();
  const subjects = phantomCohort({ seed: 2, unlabeled: 3, test: 1 });
  await writeSlices(data, subjects, plane);
  const of = (wanted: PhantomSubject["role"]) =>
    subjects
      .filter(({ role }) => role === wanted)
      .map(({ id }) => ({ id, image: `images/${id}.nii`, labels: `labels/${id}.nii` }));
  const base = presetConfig(preset, { seed: 3, device: "cpu", threads: 1 });
  const context: RunContext = {
    config: changeConfig(base, undefined, [...COMMON, ...SHORT, ...FEW]),
    manifest: {
      name: "slices",
      labels: {},
      atlases: of("atlas"),
      unlabeled: of("unlabeled").map(({ id, image }) => ({ id, image })),
      validation: [],
      test: of("test"),
    },
    store: memoryStore(),
    signal: new AbortController().signal,
    emit: () => {},
    readFile: async (path) => (await data.read(path)) ?? new Uint8Array(),
  };
  return { context, data };
}

test.each([
  ["fast", "axial"],
  ["paper", "coronal"],
] as const)(
  "the %s preset runs through on %s slices and writes 2-D label maps",
  async (preset, plane) => {
    const { context, data } = await contextOf(preset, plane);
    const { store, manifest } = context;
    const result = await runRecipe(context);
    expect(result.scores.map(({ method }) => method)).toEqual(["segmenter", "single-atlas", "affine"]);
    const prepared = await store.list("prepared");
    expect(prepared.length).toBeGreaterThan(0);
    for (const path of prepared) {
      const { volume } = await readScan(async (file) => (await store.read(file)) ?? new Uint8Array(), path);
      expect(volume.dims[2]).toBe(1);
      expect(volume.dims[0] * volume.dims[1]).toBeGreaterThan(64);
    }

    const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
    await store.write("config.json", encode(context.config));
    await store.write("manifest.json", encode(manifest));
    const [test] = manifest.test;
    const output = memoryStore();
    const { readFile, signal, emit } = context;
    const request = { model: store, scans: [test], output, device: "cpu", threads: 1, readFile, signal, emit } as const;
    await segmentScans({ ...request, method: "segmenter" });
    const scan = readNifti((await data.read(test.image)) ?? new Uint8Array(), { name: test.image });
    for (const [folder, path] of [
      [store, `predictions/segmenter/${test.id}.nii.gz`],
      [output, `${test.id}.nii.gz`],
    ] as const) {
      const labels = readNifti((await folder.read(path)) ?? new Uint8Array(), { name: path });
      expect(labels.header.shape).toEqual(scan.header.shape);
      expect(labels.header.shape).toHaveLength(2);
      expect(labels.grid).toEqual(scan.grid);
    }
  },
  240_000,
);

test("a volume among slices, and a slice across others, are refused by name before any work", async () => {
  const { context, data } = await contextOf("fast", "axial");
  const [first] = context.manifest.unlabeled;
  const [subject] = phantomCohort({ seed: 2, unlabeled: 3, test: 1 });
  await data.write(first.image, writeNifti(renderPhantom(subject.draw, phantomGrid(subject.draw)).image));
  await expect(runRecipe(context)).rejects.toThrow(`${first.image}: expected a single slice`);
  const coronal = renderPhantom(subject.draw, sliceGrid(phantomGrid(subject.draw), "coronal")).image;
  await data.write(first.image, writeNifti(coronal));
  await expect(runRecipe(context)).rejects.toThrow(`${first.image}: expected a slice of about the same plane`);
  expect(await context.store.list("prepared")).toEqual([]);
});
