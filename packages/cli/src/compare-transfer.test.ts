import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodeStateDict,
  med3dResnet,
  resnetParameters,
  runningStatistics,
  scalingAffine,
  type TransferComparisonResults,
  writeNifti,
} from "@voxelsmith/core";
import { createRandom, initializeWeights } from "@voxelsmith/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, runHere } from "../test-support/run-here.ts";

// A comparison of two steps a job: what flags mean, and what is refused.

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-compare-transfer-"));
const at = (path: string): string => join(folder, path);
const TINY = [
  ...["--threads", "1", "--set", "encoder.widths=[4,4,8,8]", "pretrain.patch=[16,16,16]", "pretrain.steps=2"],
  ...["pretrain.validateEvery=2", "pretrain.validationPatches=1", "transfer.steps=2", "transfer.validateEvery=2"],
  ...["transfer.batch=1", "transfer.warmupSteps=1", "transfer.decoder=[[4,4],[4,4],[4,4]]"],
];
const compare = (...flags: readonly string[]): Promise<Answer> => runHere(["compare", "--kind", "transfer", ...flags]);
const results = (): TransferComparisonResults => JSON.parse(readFileSync(at("out/report/results.json"), "utf8"));

/** Cases of 16 x 16 x 16 voxels with a box, bright in every second one; as folder of labels, and as list of classes. */
function writeDataset(name: string, split: Readonly<Record<string, readonly string[]>>): void {
  const grid = { dims: [16, 16, 16], affine: scalingAffine([1, 1, 1]) } as const;
  for (const below of ["images", "labels"]) mkdirSync(at(`${name}/${below}`), { recursive: true });
  for (let index = 0; index < 9; index++) {
    const random = createRandom(3, name, index);
    const box = Int32Array.from({ length: 4096 }, (_, p) => (((p >> 4) & 15) > 7 && (p & 15) > 7 ? 1 : 0));
    const image = random.normals(4096).map((value, p) => value + (index % 2 === 0 ? 1 : 3) * box[p]);
    writeFileSync(at(`${name}/images/c${index}.nii`), writeNifti({ kind: "image", ...grid, data: image }));
    writeFileSync(at(`${name}/labels/c${index}.nii`), writeNifti({ kind: "labels", ...grid, data: box }));
  }
  writeFileSync(at(`${name}/split.json`), JSON.stringify({ labels: { 1: "box" }, split }));
  const rows = Array.from(
    { length: 9 },
    (_, index) => `c${index},${index === 8 ? "odd" : index % 2 === 0 ? "dim" : "bright"}`,
  );
  writeFileSync(at(`${name}/cases.csv`), `id,class\n${rows.join("\n")}\n`);
}

const split = { train: ["c0", "c1", "c2"], validation: ["c3"], test: ["c4"] };
beforeAll(() => {
  writeDataset("one", split);
  writeDataset("two", split);
  const weights = initializeWeights(
    (() => {
      const parameters = resnetParameters(med3dResnet(18, { widths: [4, 4, 8, 8] }));
      return { ...parameters, ...runningStatistics(parameters) };
    })(),
    1,
  );
  writeFileSync(at("deeper.safetensors"), encodeStateDict(weights));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const domains = ["--domain", `one=${at("one")}`, `two=${at("two")}`];
const first = ["-o", at("out"), "--arms", "scratch", "domains", "--rates", "0.01", "--seeds", "1"];

describe("compare --kind transfer", () => {
  it("takes folders and lists as targets, cross-validates, and says what differs from what was asked for", async () => {
    const targets = ["--target", `one=${at("one")}`, `kinds=${at("two/cases.csv")}`];
    const classes = ["--folds", "kinds=3", "--classes", "kinds=dim", "kinds=bright", "--labeled", "2", "7"];
    const { code, error } = await compare(...first, ...targets, ...classes, ...domains, ...TINY);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const { targets: found, notes, arms } = results();
    expect(arms.map(({ name }) => name)).toEqual(["scratch", "domains"]);
    expect(found.map(({ name, task, folds, leftOut }) => [name, task, folds, leftOut])).toEqual([
      ["one", "segmentation", 1, ["one"]],
      ["kinds", "classification", 3, []],
    ]);
    expect(found[1].classes).toEqual(["dim", "bright"]);
    for (const cell of found[1].cells) {
      expect(cell.runs.map(({ fold }) => fold)).toEqual([0, 1, 2]);
      const tested = cell.runs.flatMap(({ classified }) => classified?.map(({ id }) => id) ?? []);
      expect(tested.sort()).toEqual(Array.from({ length: 8 }, (_, index) => `c${index}`));
    }
    expect(notes[0]).toBe("one: all 3 labeled cases in place of 7, because there are no more");
    expect(existsSync(at("out/claims/anything"))).toBe(false);
  }, 240_000);

  it("goes on: what is done stays, more seeds join; other settings and data are refused", async () => {
    const path = at("out/runs/one/scratch/n-2/seed-1/fold-0/rate-0.01/result.json");
    const before = statSync(path).mtimeMs;
    const more = ["--resume", "--arms", "scratch", "--labeled", "2", "--seeds", "2"];
    const { code, error } = await compare("-o", at("out"), ...more);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(statSync(path).mtimeMs).toBe(before);
    expect(results().targets[0].cells[0].runs.map(({ seed }) => seed)).toEqual([1, 2]);
    for (const [flags, words] of [
      [["--set", "transfer.steps=3"], "transfer.steps: expected what the comparison"],
      [["--rates", "0.5"], "--rates: expected what the comparison"],
      [["--domain", `one=${at("one")}`], "--domain: expected what the comparison"],
    ] as const) {
      expect(await compare("-o", at("out"), "--resume", ...flags)).toMatchObject({
        code: 2,
        error: expect.stringContaining(words),
      });
    }
    expect((await compare("-o", at("out"))).error).toContain("--resume");
  }, 120_000);

  it("a report at any time, of what is done", async () => {
    const { code, out } = await compare("-o", at("out"), "--report-only");
    expect(code).toBe(0);
    expect(out).toContain("Report: ");
  });

  const one = ["--target", `one=${at("one")}`];
  it.each<[string, readonly string[], string]>([
    ["an unknown arm", [...one, ...domains, "--arms", "scrath"], "--arms scrath: expected some of scratch, video"],
    ["no target", domains, "--target: expected at least one target"],
    ["two targets of one name", ["--target", `one=${at("one")}`, `one=${at("two")}`], "two targets of this name"],
    [
      "two domains of one name",
      [...one, "--domain", `a=${at("one")}`, `a=${at("two")}`],
      "--domain a: expected each name once",
    ],
    ["no domain", [...one, "--arms", "domains"], "--domain: expected at least one domain"],
    [
      "a domain that is the target",
      [...one, "--domain", `one=${at("one")}`, "--arms", "domains"],
      "left out for itself",
    ],
    ["a target that is not there", ["--target", `x=${at("nowhere")}`], "nowhere"],
    [
      "too many folds",
      ["--target", `k=${at("one/cases.csv")}`, "--folds", "k=5", "--classes", "k=dim", "k=bright", "--arms", "scratch"],
      "4 at most",
    ],
    ["folds of another name", [...one, "--folds", "two=5"], "one of the names one before ="],
    ["an unknown setting", [...one, "--set", "transfer.step=3"], "Did you mean transfer.steps"],
    ["a setting of no section", [...one, "--set", "steps=3"], "setting steps"],
    ["a learning rate as a setting", [...one, "--set", "transfer.learningRate=3"], "Give the rates with --rates"],
    [
      "video weights of another depth",
      [...one, "--arms", "video", "--video", at("deeper.safetensors"), ...TINY],
      "expected weights of a ResNet-10",
    ],
    ["-i", ["-i", at("one")], "Write -i DATASET as --target NAME=DATASET"],
    ["a rate of nothing", [...one, "--rates", "0"], "Expected a number above 0"],
  ])("%s: one line, code 2, no folder", async (_, flags, words) => {
    const { code, error } = await compare("-o", at("none"), ...flags);
    expect(error).toContain(words);
    expect(code).toBe(2);
    expect(error.trimEnd()).not.toContain("\n");
    expect(existsSync(at("none"))).toBe(false);
  });

  it("a target without test labels, or without validation cases", async () => {
    const { test: _, ...untested } = split;
    writeDataset("untested", { ...untested, test: [] });
    writeDataset("unvalidated", { train: ["c0", "c1"], test: ["c4"] });
    for (const [name, words] of [
      ["untested", "test cases with labels"],
      ["unvalidated", "validation cases, which choose the learning rate"],
    ]) {
      const { code, error } = await compare("-o", at("none"), "--target", `x=${at(name)}`, "--arms", "scratch");
      expect(error).toContain(words);
      expect(code).toBe(2);
    }
  });

  it("a damaged record says which field", async () => {
    mkdirSync(at("damaged"));
    const record = JSON.parse(readFileSync(at("out/comparison.json"), "utf8"));
    record.settings.transfer.steps = "many";
    writeFileSync(at("damaged/comparison.json"), JSON.stringify(record));
    const { code, error } = await compare("-o", at("damaged"), "--resume");
    expect(code).toBe(2);
    expect(error).toContain("comparison.json: settings.transfer.steps");
  });
});
