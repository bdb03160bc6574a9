import { expect, test } from "vitest";
import { writeNifti } from "./io/nifti-write.ts";
import { phantomGrid } from "./phantom/draw-phantom.ts";
import { phantomCohort } from "./phantom/phantom-cohort.ts";
import { renderPhantom } from "./phantom/render-phantom.ts";
import { writePhantomCohort } from "./phantom/write-phantom-cohort.ts";
import { runRecipe } from "./recipe.ts";
import { type Preset, presetConfig } from "./run/config.ts";
import type { RunContext } from "./run/context.ts";
import { changeConfig } from "./run/resolve-config.ts";
import { memoryStore, type Store } from "./run/store.ts";
import type { ExampleDraw } from "./synthesize/draw.ts";

/** A few steps of small networks on coarse phantoms: whether every part fits every other, not how good it gets. */
const COMMON = ["prepare.spacingMm=5", "prepare.marginVoxels=0", "prepare.multipleOf=8", "prepare.alignmentSteps=3"];
const SHORT = ["spatial.steps=2", "appearance.steps=2", "segment.steps=2", "segment.validateEvery=2"];
const FEW = ["segment.validationExamples=2", "synthesize.examples=12"];

async function runTiny(preset: Preset, settings: readonly string[], atlasCount = 1): Promise<Store> {
  const data = memoryStore();
  const cohort = await writePhantomCohort(data, { seed: 2, unlabeled: 3 + atlasCount, test: 1 });
  const extra = cohort.unlabeled.slice(0, atlasCount - 1);
  const draws = new Map(
    phantomCohort({ seed: 2, unlabeled: 3 + atlasCount, test: 1 }).map((one) => [one.id, one.draw]),
  );
  const atlases = [...cohort.atlases];
  for (const { id, image } of extra) {
    const draw = draws.get(id);
    if (draw === undefined) throw new Error(`no draw of ${id}`);
    const rendered = renderPhantom(draw, phantomGrid(draw));
    const labels = `labels/${id}-expert.nii.gz`;
    await data.write(image, writeNifti(rendered.image));
    await data.write(labels, writeNifti(rendered.labels));
    atlases.push({ id, image, labels });
  }
  const base = presetConfig(preset, { seed: 3, device: "cpu", threads: 2 });
  const store = memoryStore();
  const context: RunContext = {
    config: changeConfig(base, undefined, [...COMMON, ...SHORT, ...FEW, ...settings]),
    manifest: { ...cohort, atlases, unlabeled: cohort.unlabeled.slice(extra.length) },
    store,
    signal: new AbortController().signal,
    emit: () => {},
    readFile: async (path) => (await data.read(path)) ?? new Uint8Array(),
  };
  const result = await runRecipe(context);
  expect(result.scores.map(({ method }) => method)).toEqual(["segmenter", "single-atlas", "affine"]);
  return store;
}

async function drawsOf(store: Store): Promise<ExampleDraw[]> {
  const paths = (await store.list("examples")).filter((path) => path.endsWith(".json"));
  return Promise.all(paths.map(async (path) => JSON.parse(new TextDecoder().decode(await store.read(path)))));
}

test("the paper preset runs through: two registration networks, slices in the segmenter, nothing added to the transforms", async () => {
  const store = await runTiny("paper", []);
  const files = await store.list("spatial");
  expect(files).toContain("spatial/model.safetensors");
  expect(files).toContain("spatial/model-backward.safetensors");
  expect((await drawsOf(store)).every((draw) => draw.gamma === 1 && draw.noise.deviation === 0)).toBe(true);
}, 240_000);

test("several atlases: each is drawn from, and their labels vote in SAS", async () => {
  const store = await runTiny("fast", [], 2);
  const atlases = new Set((await drawsOf(store)).map((draw) => draw.atlas));
  expect(atlases.size).toBe(2);
  expect(await store.list("predictions/single-atlas")).toHaveLength(1);
}, 240_000);

test("coupled examples take shape and intensities from one subject; velocity fields run through", async () => {
  const store = await runTiny("fast", [
    "synthesize.transforms=coupled",
    "spatial.integrationSteps=3",
    "spatial.similarity=mse",
  ]);
  for (const draw of await drawsOf(store)) expect(draw.appearanceTarget).toBe(draw.spatialTarget);
}, 240_000);
