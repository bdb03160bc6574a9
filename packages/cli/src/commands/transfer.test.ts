import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeStateDict, med3dResnet, resnetParameters, runningStatistics, writeNifti } from "@voxelsmith/core";
import { createRandom, initializeWeights } from "@voxelsmith/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { medmnistFile, npy } from "../../../core/test-support/medmnist-file.ts";
import { runHere } from "../../test-support/run-here.ts";

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-transfer-"));
const at = (path: string): string => join(folder, path);
const text = (path: string): string => readFileSync(at(path), "utf8");
const TINY = ["--threads", "1", "--set", "warmupSteps=1", "batch=1", "validateEvery=2", "decoder=[[4,4],[4,4],[4,4]]"];
const SCRATCH = ["--from", "scratch", ...TINY, "widths=[4,4,8,8]", "steps=2"];
const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** A scan of 16 x 16 x 16 voxels with a bright box, and the box as its label map; with a rare label in one corner. */
function writeCase(set: string, index: number, rare = 0): void {
  const random = createRandom(3, "case", index);
  const box = Int32Array.from({ length: 4096 }, (_, p) => (((p >> 4) & 15) > 7 && (p & 15) > 7 ? 2 : 0));
  if (rare > 0) box.fill(rare, 0, 3);
  const image = random.normals(4096).map((value, p) => value + (index % 2 === 0 ? 1 : 3) * box[p]);
  const grid = { dims: [16, 16, 16], affine } as const;
  writeFileSync(at(`${set}/images/c${index}.nii.gz`), writeNifti({ kind: "image", ...grid, data: image }));
  writeFileSync(at(`${set}/labels/c${index}.nii.gz`), writeNifti({ kind: "labels", ...grid, data: box }));
}

beforeAll(() => {
  for (const set of ["set", "rare"]) {
    for (const below of ["images", "labels"]) mkdirSync(at(`${set}/${below}`), { recursive: true });
  }
  for (let index = 0; index < 7; index++) writeCase("set", index);
  for (const [index, rare] of [0, 7, 0, 7].entries()) writeCase("rare", index, rare);
  const few = { train: ["c0", "c3"], validation: [], test: ["c1", "c2"] };
  writeFileSync(at("rare/split.json"), JSON.stringify({ labels: { 2: "box", 7: "cyst" }, split: few }));
  const split = { train: ["c0", "c1", "c2", "c3"], validation: ["c4"], test: ["c5"] };
  writeFileSync(at("set/split.json"), JSON.stringify({ labels: { 2: "box" }, split }));
  const words = ["train", "train", "train", "train", "validation", "test", "test"];
  const rows = words.map((word, index) => `c${index},${index % 2 === 0 ? "dim" : "bright"},${word}`);
  writeFileSync(at("set/cases.csv"), `id,class,split\n${rows.join("\n")}\n`);
  writeFileSync(at("set/one.csv"), "id,class,split\nc0,dim,train\nc1,bright,test\n");
  writeFileSync(at("set/gone.csv"), "image,class\nimages/c9.nii.gz,dim\nimages/c1.nii.gz,bright\n");
  const parameters = resnetParameters(med3dResnet(10, { widths: [4, 4, 8, 8] }));
  const weights = initializeWeights({ ...parameters, ...runningStatistics(parameters) }, 1);
  writeFileSync(at("pretrained.safetensors"), encodeStateDict(weights));
  writeFileSync(at("other.safetensors"), encodeStateDict({ unet: { shape: [1], data: new Float32Array(1) } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("transfer", () => {
  it("segmentation from weights: label maps on the scans' grids, scores, a model; and it goes on where it stopped", async () => {
    const data = ["--task", "segmentation", "-i", at("set"), "--labeled", "2"];
    const flags = ["transfer", "--from", at("pretrained.safetensors"), ...data, ...TINY, "steps=2"];
    const answer = await runHere([...flags, "-o", at("few"), "--freeze", "conv1.*"]);
    expect(answer).toMatchObject({ code: 0, error: "" });
    expect(answer.out).toContain("Dice");
    expect(readdirSync(at("few")).sort()).toEqual([
      ...["README.md", "config.json", "environment.json", "evaluation", "load-report.txt", "manifest.json"],
      ...["metrics.jsonl", "model.onnx", "plan.json", "predictions", "transfer", "weights.safetensors"],
    ]);
    expect(JSON.parse(text("few/manifest.json")).train).toHaveLength(2);
    expect(JSON.parse(text("few/config.json"))).toMatchObject({ freeze: ["conv1.*"], steps: 2, task: "segmentation" });
    expect(text("few/load-report.txt")).toMatch(/^matched +\d\d/);
    expect(readdirSync(at("few/predictions"))).toEqual(["c5.nii.gz"]);
    expect(text("few/evaluation/metrics.csv")).toContain("c5,2,box");
    const again = await runHere(["transfer", "-o", at("few"), "--resume"]);
    expect(again).toEqual(answer);
    const tail = ["-i", at("set/images/c5.nii.gz"), "--threads", "1"];
    const used = await runHere(["segment", "--model", at("few"), ...tail, "-o", at("new")]);
    expect(used).toMatchObject({ code: 0, error: "" });
    expect(readFileSync(at("new/c5.nii.gz"))).toEqual(readFileSync(at("few/predictions/c5.nii.gz")));
    const told = await runHere(["info", at("few")]);
    for (const words of [
      `${at("few")}: a transfer to set, segmentation, preset fast, seed 1, 1 thread on cpu`,
      `encoder: ResNet-10, widths 4, 4, 8, 8, shortcut B, from ${at("pretrained.safetensors")}`,
      "classes: background, box\ncases: 2 training, 1 validation, 1 test\ntransfer: step 2 of 2 (",
      `finished: \`voxelsmith segment --model ${at("few")}\` takes it`,
    ])
      expect(told.out).toContain(words);
    expect(told.out).toContain(text("few/evaluation/table.txt").trimEnd());
    const refused = [
      [
        ["segment", "--model", at("few"), ...tail, "-o", at("no"), "--method", "sas"],
        "expected segmenter, because a tr",
      ],
      [["classify", "--model", at("few"), ...tail, "-o", at("no")], "Use `voxelsmith segment` with it."],
    ] as const;
    for (const [flags, words] of refused) await expectRefused(flags, words);
    const changed = await runHere(["transfer", "-o", at("few"), "--resume", "--set", "steps=3"]);
    expect(changed.code).toBe(2);
    expect(changed.error).toContain("steps: expected what the transfer");
  });

  it("a label that no drawn case shows fails nothing: it is never predicted, counts as missed, and a note says so", async () => {
    const answer = await runHere([
      ...["transfer", "--task", "segmentation", "-i", at("rare"), "--labeled", "c0"],
      ...[...SCRATCH, "-o", at("unseen")],
    ]);
    expect(answer.code).toBe(0);
    expect(answer.error).toContain("no labeled training case shows the label 7 cyst: it is never predicted");
    expect(answer.out).toContain("Note: no labeled training case shows the label 7 cyst");
    expect(text("unseen/README.md")).toContain("Note: no labeled training case shows the label 7 cyst");
    expect(text("unseen/evaluation/metrics.csv")).toMatch(/c1,7,cyst,missed/);
    expect(text("unseen/evaluation/metrics.csv")).toMatch(/c2,7,cyst,absent/);
    expect(JSON.parse(text("unseen/plan.json"))).toMatchObject({
      unseen: [7],
      preparation: { labels: { 2: { class: 1 }, 7: { class: -1 } } },
    });
  });

  it("classification from a CSV: probabilities, scores, confusion", async () => {
    const data = ["--task", "classification", "-i", at("set"), "--csv", "cases.csv", "--classes", "dim", "bright"];
    const answer = await runHere(["transfer", ...data, ...SCRATCH, "-o", at("classes")]);
    expect(answer).toMatchObject({ code: 0, error: "" });
    expect(answer.out).toContain("AUC of bright");
    expect(text("classes/predictions/test.csv")).toMatch(/^id,class,predicted,p\(dim\),p\(bright\)\nc5,bright,\w+,/);
    expect(JSON.parse(text("classes/evaluation/metrics.json"))).toMatchObject({ classes: ["dim", "bright"], cases: 2 });
    expect(existsSync(at("classes/model.onnx"))).toBe(true);

    const images = ["-i", at("set/images/c5.nii.gz"), at("set/images/c6.nii.gz"), "--threads", "1"];
    const classify = ["classify", "--model", at("classes"), ...images, "-o", at("answers/new.csv")];
    const told = await runHere(classify);
    expect(told).toMatchObject({ code: 0, error: "" });
    expect(told.out).toMatch(/^2 images: \d dim, \d bright\. The probabilities lie in /);
    const withoutTruth = text("classes/predictions/test.csv").replace(/^([^,]*),[^,]*/gm, "$1");
    expect(text("answers/new.csv")).toBe(withoutTruth);
    const values = Array.from({ length: 2 * 4096 }, (_, p) => (p * 37) % 251);
    writeFileSync(at("cubes.npz"), medmnistFile(npy([2, 16, 16, 16], values), 2));
    const cubes = ["classify", "--model", at("classes"), "-i", at("cubes.npz"), "-o", at("answers/cubes.csv")];
    expect(await runHere(cubes)).toMatchObject({ code: 0, error: "" });
    const rows = text("answers/cubes.csv").trimEnd().split("\n").slice(1);
    expect(rows.map((row) => row.split(",")[0])).toEqual(
      ["train", "validation", "test"].flatMap((split) => [`${split}_0000`, `${split}_0001`]),
    );
    const [first, second, again] = rows.map((row) => row.replace(/^[^,]*/, ""));
    expect(again).toBe(first);
    expect(second).not.toBe(first);
    await expectRefused(classify, "expected a new file, got a file that is there");
    expect((await runHere(["info", at("classes")])).out).toMatch(
      /classification, [\s\S]*classes: dim, bright\n[\s\S]*AUC of/,
    );
    const wrong = ["segment", "--model", at("classes"), ...images, "-o", at("no")];
    await expectRefused(wrong, "got one that tells the class of a whole image. Use `voxelsmith classify` with it.");
    rmSync(at("classes/weights.safetensors"));
    await expectRefused([...classify, "--overwrite"], "expected a finished transfer, with weights.safetensors in it");
    expect((await runHere(["info", at("classes")])).out).toContain("not finished: `voxelsmith transfer -o ");
  });

  async function expectRefused(flags: readonly string[], words: string): Promise<void> {
    const { code, error } = await runHere(flags);
    expect(error).toContain(words);
    expect({ code, lines: error.trimEnd().split("\n").length }).toEqual({ code: 2, lines: 1 });
    expect(existsSync(at("no"))).toBe(false);
  }

  const classify = ["--task", "classification", "-i", at("set")];
  const segment = ["--task", "segmentation", "-i", at("set")];
  it.each([
    [
      [...classify, "--csv", "one.csv", ...SCRATCH],
      "expected at least one of each class (bright, dim), got none of bright",
    ],
    [[...classify, "--csv", "gone.csv", ...SCRATCH], "Did it mean images/c0.nii.gz"],
    [[...classify, "--csv", "cases.csv", "--class-column", "malignancy", ...SCRATCH], "got no malignancy among"],
    [
      [...classify, "--csv", "cases.csv", "--classes", "dim", ...SCRATCH],
      "expected at least two classes, got dim alone",
    ],
    [[...classify, ...SCRATCH], "--task classification: expected a CSV of images and classes"],
    [[...segment, "--labeled", "9", ...SCRATCH], "--labeled 9: expected at most the 4 training cases"],
    [[...segment, "--labeled", "c7", ...SCRATCH], "--labeled c7: expected ids of training cases"],
    [[...segment, ...SCRATCH, "patch=[16,16,8]"], "setting patch: expected at least 16x16x16 voxels"],
    [[...segment, ...SCRATCH, "--freeze", "layer9.*"], "--freeze layer9.*: expected a pattern that matches"],
    [[...segment, "--from", at("other.safetensors"), ...TINY], "expected a residual encoder of depth 10, 18"],
    [[...segment, "--from", at("pretrained.safetensors"), "--depth", "50", ...TINY], "that look like a ResNet-10"],
    [[...segment, ...TINY], "--from: expected a file of weights, or scratch"],
    [["-i", at("set"), "--from", "scratch"], "--task: expected segmentation or classification"],
  ])("%j is bad input, and nothing is written", async (flags, words) => {
    const { code, error } = await runHere(["transfer", ...flags, "-o", at("refused")]);
    expect(error).toContain(words);
    expect({ code, lines: error.trimEnd().split("\n").length }).toEqual({ code: 2, lines: 1 });
    expect(existsSync(at("refused"))).toBe(false);
  });
});
