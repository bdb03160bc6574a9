import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../test-support/run-here.ts";
import { ended, spawnCommandLine } from "../test-support/spawn-script.ts";
import { TINY_SETTINGS, writeTinyCohort } from "../test-support/tiny-run.ts";

// A run folder that somebody moved, cut short or mixed up is bad input, never a fault of the program.

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-damaged-"));
const at = (path: string): string => join(folder, path);

beforeAll(async () => {
  await writeTinyCohort(at("cohort"));
  const made = await runHere([
    "run",
    "-i",
    at("cohort"),
    "-o",
    at("good"),
    "--threads",
    "1",
    "--set",
    ...TINY_SETTINGS,
  ]);
  expect(made.code).toBe(0);
}, 120_000);
beforeEach(() => {
  rmSync(at("run"), { recursive: true, force: true });
  cpSync(at("good"), at("run"), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NEEDED = [
  ...["config.json", "manifest.json", "plan.json", "segmenter/model.safetensors"],
  ...["prepared/atlas-01.nii.gz", "prepared/atlas-01_labels.nii.gz", "prepared/atlas_coverage.nii.gz"],
];

describe("segment with a run folder", () => {
  it.each(NEEDED)("without %s", async (path) => {
    rmSync(at(`run/${path}`));
    await expectSegmentRefused(path === "config.json" || path === "manifest.json" ? at("run") : path);
  });

  it.each(NEEDED)("with %s cut short", async (path) => {
    cutInHalf(at(`run/${path}`));
    await expectSegmentRefused(path);
  });

  it("whose weights are another network's", async () => {
    cpSync(at("run/spatial/model.safetensors"), at("run/segmenter/model.safetensors"));
    await expectSegmentRefused("segmenter/model.safetensors: expected the parameters of the network in config.json");
  });

  it("whose settings were changed after training", async () => {
    const config = readFileSync(at("run/config.json"), "utf8");
    const changed = JSON.parse(config);
    changed.segment.channels = [4, 16];
    writeFileSync(at("run/config.json"), JSON.stringify(changed));
    await expectSegmentRefused("segmenter/model.safetensors: expected the parameters of the network in config.json");
  });

  it("does not label a scan that cannot be used, and names it", async () => {
    cutInHalf(cohortCopy("test-01"));
    await expectSegmentRefused("test-01.nii.gz", at("scans"));
    rmSync(at("scans"), { recursive: true });
  });
});

describe("going on with a run folder", () => {
  it.each([
    ["spatial", "cut short", (path: string) => cutInHalf(path)],
    ["segmenter", "of another stage", (path: string) => cpSync(at("run/appearance/checkpoint.safetensors"), path)],
    ["appearance", "of no format", (path: string) => writeFileSync(path, "text")],
  ])(
    "whose checkpoint of %s is %s",
    async (stage, _how, damage) => {
      rmSync(at(`run/${stage}/model.safetensors`));
      damage(at(`run/${stage}/checkpoint.safetensors`));
      const { code, error } = await runHere(["run", "--resume", "-o", at("run")]);
      expect(code).toBe(2);
      expectOneLine(error, `${stage}/checkpoint.safetensors: expected a checkpoint of this`);
      expect(error).toContain("Remove the file to train this stage from its start.");
      rmSync(at(`run/${stage}/checkpoint.safetensors`));
      expect((await runHere(["run", "--resume", "-o", at("run")])).code).toBe(0);
    },
    60_000,
  );

  it("that is finished does nothing again and says the same", async () => {
    const before = readFileSync(at("run/evaluation/metrics.json"));
    expect((await runHere(["run", "--resume", "-o", at("run")])).code).toBe(0);
    expect(readFileSync(at("run/evaluation/metrics.json")).equals(before)).toBe(true);
  });

  it("is needed to write where a run is", async () => {
    const { code, error } = await runHere(["run", "-i", at("cohort"), "-o", at("run")]);
    expect(code).toBe(2);
    expectOneLine(error, "got a run. Add --resume to go on with it");
  });
});

describe("training that diverges", () => {
  it("stops with code 3 and one line that names step, case and last checkpoint", async () => {
    const diverging = [
      "spatial.learningRate=1e30",
      "spatial.warmupSteps=0",
      "spatial.steps=30",
      "checkpointSeconds=0.01",
    ];
    const child = spawnCommandLine([
      ...["run", "-i", at("cohort"), "-o", at("diverged"), "--threads", "1", "--quiet"],
      ...["--set", ...TINY_SETTINGS, ...diverging],
    ]);
    const { code, error } = await ended(child);
    expect(code).toBe(3);
    const line = error.trimEnd().split("\n").at(-1);
    expect(line).toMatch(
      /^voxelsmith: spatial: the loss became \S+ at step \d+ on \S+ onto \S+\. Last good checkpoint: .+/,
    );
    expect(error).not.toContain("    at ");
    expect(existsSync(at("diverged/spatial/model.safetensors"))).toBe(false);
  });
});

async function expectSegmentRefused(words: string, input = at("cohort/images/test-01.nii.gz")): Promise<void> {
  const { code, error } = await runHere(["segment", "--model", at("run"), "-i", input, "-o", at("labeled")]);
  expect({ code, error }).toMatchObject({ code: 2 });
  expectOneLine(error, words);
  expect(existsSync(at("labeled")) ? readdirSync(at("labeled")) : []).toEqual([]);
}

function expectOneLine(error: string, words: string): void {
  expect(error).toContain(words);
  expect(error).toMatch(/^voxelsmith: .+: expected .+, got .+\. .+\n$/);
}

function cohortCopy(id: string): string {
  const copy = at(`scans/${id}.nii.gz`);
  cpSync(at(`cohort/images/${id}.nii.gz`), copy);
  return copy;
}

function cutInHalf(path: string): void {
  truncateSync(path, Math.floor(readFileSync(path).length / 2));
}
