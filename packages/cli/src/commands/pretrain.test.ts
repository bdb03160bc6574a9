import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scalingAffine, writeNifti } from "@voxelsmith/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "../../test-support/run-here.ts";

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-pretrain-"));
const at = (path: string): string => join(folder, path);
const TINY = [
  "--threads",
  "1",
  "--set",
  ...["widths=[4,4,8,8]", "patch=[12,12,12]", "steps=2", "validateEvery=2", "validationPatches=1"],
];

/** A data set of four labeled cases, a box in noise each. */
function writeDataset(name: string, { flat = false, tail = false, labeled = true } = {}): void {
  for (const part of labeled ? ["images", "labels"] : ["images"]) mkdirSync(at(`${name}/${part}`), { recursive: true });
  const dims = [14, 12, flat ? 1 : 13] as const;
  const grid = { dims, affine: scalingAffine([1, 1, 2]) };
  for (const [shift, id] of ["a", "b", "c", "d"].entries()) {
    const value = tail && id === "d" ? 2 : 1;
    const size = dims[0] * dims[1] * dims[2];
    const inside = Int32Array.from({ length: size }, (_, index) =>
      Math.abs((index % 14) - 5 - shift) < 3 ? value : 0,
    );
    const image = Float32Array.from(inside, (label, index) => 40 * label + ((index * 7919) % 13));
    writeFileSync(at(`${name}/images/${id}.nii`), writeNifti({ kind: "image", ...grid, data: image }));
    if (labeled) writeFileSync(at(`${name}/labels/${id}.nii`), writeNifti({ kind: "labels", ...grid, data: inside }));
  }
  const labels = tail ? { 1: "box", 2: "tail" } : { 1: "box" };
  const split = { labels, split: { train: ["a", "b", "c"], validation: ["d"] } };
  writeFileSync(at(`${name}/split.json`), JSON.stringify(split));
}

beforeAll(() => {
  writeDataset("one");
  writeDataset("two");
  writeDataset("flat", { flat: true });
  writeDataset("tailless", { tail: true });
  writeDataset("bare", { labeled: false });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const both = ["--domain", `one=${at("one")}`, `two=${at("two")}`];

describe("pretrain", () => {
  it("plans and stops, goes on with the plan as edited, and is idle when done", async () => {
    const planned = await runHere(["pretrain", ...both, "-o", at("run"), "--plan-only", ...TINY]);
    expect(planned).toMatchObject({ code: 0, error: "" });
    expect(planned.out).toContain("--resume");
    const plan = JSON.parse(readFileSync(at("run/plan.json"), "utf8"));
    expect(plan.domains.map((one: { spacingMm: unknown }) => one.spacingMm)).toEqual([
      [1, 1, 2],
      [1, 1, 2],
    ]);
    expect(existsSync(at("run/weights.safetensors"))).toBe(false);
    plan.domains[0].training = ["a", "b"];
    writeFileSync(at("run/plan.json"), JSON.stringify(plan));
    const resume = ["pretrain", "-o", at("run"), "--resume"];
    const trained = await runHere(resume);
    expect(trained).toMatchObject({ code: 0, error: "" });
    expect(trained.out).toMatch(
      /2 steps, 2 domains:\none {5}1 classes, 2 training and 1 validation cases, Dice [\d.]+ on their patches/,
    );
    expect(existsSync(at("run/weights.safetensors"))).toBe(true);
    expect((await runHere(resume)).out).toBe(trained.out);
    const told = (await runHere(["info", at("run")])).out;
    expect(told).toContain("an encoder pretrained on 2 domains, preset fast, seed 1, 1 thread on cpu");
    expect(told).toContain("encoder: ResNet-10, widths 4, 4, 8, 8, shortcut B\nexamples: the labeled cases\n");
    expect(told).toContain("domain one: 1 class, 2 training and 1 validation cases\n");
    expect(told).toMatch(/pretrain: step 2 of 2 \(.*dice\.one [\d.]+/);
    const scans = ["-i", at("one/images"), "-o", at("out"), "--model", at("run")];
    expect((await runHere(["segment", ...scans])).error).toMatch(
      /expected a run with a segmenter, got a pretrained encoder\. Fine-tune it first: voxelsmith transfer --from .*weights/,
    );
    expect((await runHere(["classify", ...scans])).error).toContain("got a pretrained encoder");
    expect((await runHere([...resume, "--set", "steps=3"])).error).toContain("steps: expected what the pretraining");
    expect((await runHere(["pretrain", ...both, "-o", at("run")])).error).toContain("Add --resume");
  }, 240_000);

  it.each<[string[], string]>([
    [["--domain", "one"], "--domain one: expected NAME=PATH"],
    [["--domain", "=x"], "got no name"],
    [["--domain", "one="], "got nothing after ="],
    [["--domain", `one=${at("one")}`, `one=${at("two")}`], "--domain one: expected each domain once"],
    [["--domain", `one=${at("nowhere")}`], "no such file or folder"],
    [["--domain", `bare=${at("bare")}`], "at least one labeled case"],
    [["--domain", `flat=${at("flat")}`], "expected a 3-D volume, got a single slice"],
    [["--domain", `t=${at("tailless")}`], "domain t: label 2 (tail): expected a training case that has it"],
    [[...both, "--atlas", "three=a"], "--atlas three=a: expected the name of a domain (one, two)"],
    [[...both, "--atlas", "two=z"], "--atlas z: expected the id of a labeled training case"],
    [[...both, "--set", "depth=51"], "one of 10, 18, 34, 50, 101, 152, 200"],
    [[...both, "--set", "patch=[8,48,48]"], "setting patch: expected more than 8x8x8 voxels"],
    [[...both, "--set", "dept=10"], "Did you mean depth"],
    [[...both, "--synthesize", "magic"], "Allowed choices are independent, rand-aug, supervised"],
    [[], "--domain: expected at least one labeled data set"],
  ])("%j is bad input, said in one line, and nothing is written", async (flags, words) => {
    const { code, error } = await runHere(["pretrain", "-o", at("bad"), "--threads", "1", ...flags]);
    expect(error).toContain(words);
    expect(code).toBe(2);
    expect(error.trimEnd()).not.toContain("\n");
    expect(existsSync(at("bad"))).toBe(false);
  });
});
