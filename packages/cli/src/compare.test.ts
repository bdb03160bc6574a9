import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ComparisonResults, writePhantomCohort } from "@voxelsmith/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHere } from "../test-support/run-here.ts";
import { ended, spawnCommandLine } from "../test-support/spawn-script.ts";
import { TINY_SETTINGS } from "../test-support/tiny-run.ts";
import { folderStore } from "./files.ts";

// A comparison of a few steps on phantoms: whether every arm fits every other part, and what each is allowed to see.

const folder = mkdtempSync(join(tmpdir(), "voxelsmith-compare-"));
const at = (...path: string[]): string => join(folder, ...path);
const ARMS = ["affine", "sas", "sas-aug", "hand-tuned", "independent+rand-aug", "ours-best", "atlases-2", "supervised"];
const compare = (...flags: string[]) =>
  runHere(["compare", "-i", at("data"), "-o", at("out"), "--threads", "1", "--set", ...TINY_SETTINGS, ...flags]);

/** Training scans with labels, two of them validation: five subjects of three cohorts under new names. */
beforeAll(async () => {
  for (const seed of [4, 5, 6, 7, 8, 9]) {
    const cohort = at(`cohort-${seed}`);
    await writePhantomCohort(folderStore(cohort), { seed, unlabeled: 1, test: 1 });
    for (const [from, to] of [
      ["atlas-01", `train-${seed}`],
      ["test-01", `held-${seed}`],
    ]) {
      for (const kind of ["images", "labels"]) {
        mkdirSync(at("data", kind), { recursive: true });
        writeFileSync(at("data", kind, `${to}.nii.gz`), readFileSync(join(cohort, kind, `${from}.nii.gz`)));
      }
    }
  }
  const train = ["train-4", "train-5", "train-6", "train-7", "held-8", "held-9"];
  const split = { train, validation: ["held-4"], test: ["held-5", "held-6", "held-7"] };
  writeFileSync(at("data", "split.json"), JSON.stringify({ split, atlas_candidates: ["train-4", "train-5"] }));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesOf = (arm: string): readonly string[] =>
  readdirSync(at("out", "arms", arm, "seed-1"), { recursive: true }).map(String);
const results = (): ComparisonResults => JSON.parse(readFileSync(at("out", "report", "results.json"), "utf8"));

describe("compare", () => {
  test("runs every arm, scores the same scans, and tells why this atlas", async () => {
    const { code, error } = await compare("--arms", ...ARMS);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const { arms, atlas, dataset } = results();
    expect(arms.map(({ name }) => name)).toEqual(ARMS);
    for (const { runs } of arms) {
      expect(runs.map(({ seed }) => seed)).toEqual([1]);
      expect(runs[0].cases.map(({ id }) => id)).toEqual(["held-5", "held-6", "held-7"]);
    }
    expect(atlas.reason).toContain(atlas.id);
    expect(dataset.scans).toEqual({ training: 6, unlabeled: 5, validation: 1, test: 3 });
    expect(arms.map(({ labeledScans }) => labeledScans)).toEqual([1, 1, 1, 1, 1, 1, 2, 6]);
  }, 300_000);

  test("a one-label arm's folder holds no label but the atlas's; validation labels choose beside it, not in it", () => {
    const { atlas } = results();
    for (const arm of ["hand-tuned", "independent+rand-aug", "ours-best"]) {
      const labels = filesOf(arm).filter((path) => path.startsWith("prepared/") && path.endsWith("_labels.nii.gz"));
      expect(labels).toEqual([`prepared/${atlas.id}_labels.nii.gz`]);
      const manifest = readFileSync(at("out", "arms", arm, "seed-1", "manifest.json"), "utf8");
      for (const other of ["train-4", "train-5", "train-6"].filter((id) => id !== atlas.id)) {
        expect(manifest).not.toContain(`labels/${other}`);
      }
    }
    expect(filesOf("supervised").filter((path) => path.endsWith("_labels.nii.gz"))).toHaveLength(6);
    for (const { name, steps, runs } of results().arms.filter((arm) => arm.steps > 0)) {
      const [{ cases, chosenByValidation: chosen }] = runs;
      expect(chosen?.cases, name).toHaveLength(3);
      // Weights of the last step are the headline's: nothing is labeled twice.
      const isLast = chosen?.step === steps;
      expect(filesOf(name).some((path) => path.startsWith("predictions/chosen-by-validation/"))).toBe(!isLast);
      if (isLast) expect(chosen?.cases, name).toEqual(cases);
    }
  });

  test("an arm that uses no model has nothing of the models that others use, not even their losses", () => {
    const stagesOf = (arm: string): readonly string[] => {
      const lines = readFileSync(at("out", "arms", arm, "seed-1", "metrics.jsonl"), "utf8")
        .trimEnd()
        .split("\n");
      return [...new Set(lines.map((line): string => JSON.parse(line).stage))];
    };
    expect(stagesOf("independent+rand-aug")).toEqual(["spatial", "appearance", "segmenter"]);
    expect(stagesOf("hand-tuned")).toEqual(["segmenter"]);
  });

  test("an arm's folder is a run folder: its segmenter labels a new scan", async () => {
    const model = at("out", "arms", "independent+rand-aug", "seed-1");
    const scan = at("data", "images", "held-5.nii.gz");
    const { code, error } = await runHere(["segment", "--model", model, "-i", scan, "-o", at("labeled")]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(existsSync(at("labeled", "held-5.nii.gz"))).toBe(true);
  }, 120_000);

  test("what is done is not done again; new arms join the report", async () => {
    const weights = at("out", "arms", "supervised", "seed-1", "segmenter", "model.safetensors");
    const before = statSync(weights).mtimeMs;
    const { code } = await runHere(["compare", "-o", at("out"), "--resume", "--threads", "1", "--arms", "rand-aug"]);
    expect(code).toBe(0);
    expect(statSync(weights).mtimeMs).toBe(before);
    expect(results().arms.map(({ name }) => name)).toContain("rand-aug");
  }, 120_000);

  test("the time of an arm that was interrupted counts its earlier starts", async () => {
    const arm = at("out", "arms", "hand-tuned", "seed-1");
    const times = join(arm, "times.json");
    expect(existsSync(times)).toBe(false); // a training done anew starts from nothing
    // As a start leaves it that ends after its last checkpoint.
    writeFileSync(times, '{ "segmenter": 1000 }');
    for (const path of ["result.json", "segmenter/training.json", "segmenter/model.safetensors"])
      rmSync(join(arm, path));
    const { code } = await runHere(["compare", "-o", at("out"), "--resume", "--threads", "1", "--arms", "hand-tuned"]);
    expect(code).toBe(0);
    const train = results().arms.find(({ name }) => name === "hand-tuned")?.runs[0].seconds.train;
    expect(train).toBeGreaterThan(1000);
    expect(train).toBeLessThan(1060);
    expect(existsSync(times)).toBe(false);
  }, 120_000);

  test("two processes share the arms; what comes out is what one alone finds", async () => {
    const arms = ["affine", "sas", "hand-tuned", "supervised"];
    const flags = ["--processes", "2", "--threads", "1", "--arms", ...arms, "--set", ...TINY_SETTINGS];
    const { code, error } = await ended(spawnCommandLine(["compare", "-i", at("data"), "-o", at("shared"), ...flags]));
    expect({ code, warnings: error.split("\n").filter((line) => /warning|^voxelsmith/.test(line)) }).toEqual({
      code: 0,
      warnings: [],
    });
    expect(error).toContain("2 processes share the work");
    const casesOf = (path: string) => {
      const found: ComparisonResults = JSON.parse(readFileSync(at(path, "report", "results.json"), "utf8"));
      const wanted = found.arms.filter(({ name }) => arms.includes(name));
      return wanted.map(({ name, runs }) => [name, runs.map(({ seed, cases }) => ({ seed, cases }))]);
    };
    expect(casesOf("shared")).toEqual(casesOf("out"));
    expect(readdirSync(at("shared", "claims"))).toEqual([]);
  }, 120_000);

  test("without a report the work is done and the folder stays as it is", async () => {
    const before = statSync(at("out", "report", "results.json")).mtimeMs;
    const { code, out } = await runHere(["compare", "-o", at("out"), "--resume", "--arms", "sas", "--no-report"]);
    expect({ code, out }).toEqual({ code: 0, out: "All of it is done. Give --resume for the report.\n" });
    expect(statSync(at("out", "report", "results.json")).mtimeMs).toBe(before);
  });

  test("an arm that another process works on is left to it, and nothing of it is reported", async () => {
    mkdirSync(at("out", "claims"), { recursive: true });
    const claim = at("out", "claims", "arms__coupled__seed-1.json");
    writeFileSync(claim, JSON.stringify({ host: "another machine", pid: 1 }));
    const { code, out } = await runHere(["compare", "-o", at("out"), "--resume", "--arms", "coupled"]);
    expect(code).toBe(0);
    expect(out).toContain("Other processes still work on arms/coupled/seed-1");
    rmSync(claim);
  });

  test.each([
    ["an unknown arm", ["--resume", "--arms", "independant"], "independant"],
    ["a comparison in the way", [], "--resume"],
    ["one arm, which is a flag of run", ["--arm", "supervised"], "unknown option '--arm' (Did you mean --arms?)"],
    ["other settings than it began with", ["--resume", "--set", "segment.steps=77"], "segment.steps"],
  ])("%s: one line, code 2", async (_, flags, words) => {
    const { code, error } = await runHere(["compare", "-i", at("data"), "-o", at("out"), ...flags]);
    expect(code).toBe(2);
    expect(error).toContain(words);
    expect(error.trimEnd()).not.toContain("\n");
  });

  test("data without test labels: what can be done instead, before anything is written", async () => {
    const split = { train: ["train-4", "train-5", "train-6"], test: [] };
    mkdirSync(at("untested"));
    for (const kind of ["images", "labels"]) {
      mkdirSync(at("untested", kind));
      for (const id of split.train) {
        const name = `${id}.nii.gz`;
        writeFileSync(at("untested", kind, name), readFileSync(at("data", kind, name)));
      }
    }
    writeFileSync(at("untested", "split.json"), JSON.stringify({ split }));
    const { code, error } = await runHere(["compare", "-i", at("untested"), "-o", at("none"), "--atlas", "train-4"]);
    expect(code).toBe(2);
    expect(error).toContain("test scans with labels");
    expect(existsSync(at("none"))).toBe(false);
  });
});
