import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, runHere } from "../test-support/run-here.ts";
import { ended, spawnCommandLine } from "../test-support/spawn-script.ts";

// Every file that must be refused, in every place where a person can put it: code 2, one line with its name, nothing left.

const samples: string = fileURLToPath(new URL("../../../../shared/data/import-samples/nifti-odd/", import.meta.url));
const present = existsSync(samples);
if (!present) console.log(`skipped: no odd NIfTI files at ${samples}`);
const names = present ? readdirSync(samples) : [];

const BAD_IMAGES: readonly string[] = [
  ...names.filter((name) => name.startsWith("bad_") && !name.startsWith("bad_label")),
  ...["ok_2d.nii.gz", "ok_single_slice.nii.gz", "ok_4d_three_volumes.nii.gz"],
  ...["odd_constant_image.nii.gz", "odd_nan_inf_voxels.nii.gz"],
];
const BAD_LABELS: readonly string[] = [
  ...names.filter((name) => name.startsWith("bad_")),
  ...["ok_2d.nii.gz", "ok_4d_three_volumes.nii.gz", "odd_label_other_affine.nii.gz", "odd_nan_inf_voxels.nii.gz"],
];
const GOOD = {
  atlas: "ok_int16.nii.gz",
  labels: "ok_label.nii.gz",
  unlabeled: ["ok_uint8.nii.gz", "ok_float32.nii.gz"],
};

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-bad-"));
const at = (path: string): string => join(folder, path);
const sample = (name: string): string => join(samples, name);

beforeAll(() => mkdirSync(at("truth")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(present)("a file that cannot be used", () => {
  it.each(BAD_IMAGES)("%s as atlas", async (name) => {
    expectRefused(await run({ atlas: name }), name);
  });

  it.each([...BAD_LABELS, "odd_all_zero_label.nii.gz"])("%s as labels of the atlas", async (name) => {
    expectRefused(await run({ labels: name }), name);
  });

  it.each(BAD_IMAGES)("%s among good unlabeled scans, named before anything is aligned", async (name) => {
    expectRefused(await run({ unlabeled: [...GOOD.unlabeled, name] }), name);
  });

  it.each(BAD_IMAGES)("%s as test scan, named before anything is trained", async (name) => {
    expectRefused(await run({ test: [sample(name)] }), name);
  });

  it.each(BAD_LABELS)("%s as true labels of a test scan, named before anything is trained", async (name) => {
    const ending = name.slice(name.indexOf("."));
    const scan = ending === ".nii" ? "ok_plain_uncompressed" : "ok_nifti2_int16";
    const truth = at(`truth/${scan}${ending}`);
    cpSync(sample(name), truth);
    const test = [sample(ending === ".nii" ? `${scan}.nii` : `${scan}.nii.gz`)];
    expectRefused(await run({ test, testLabels: [truth] }), basename(truth));
    rmSync(truth);
  });

  it("whatever can be read is no error: all types, byte orders, orientations, headers with gaps", async () => {
    const refused = new Set([...BAD_IMAGES, "odd_all_zero_label.nii.gz", GOOD.atlas, GOOD.labels]);
    const readable = names.filter((name) => /^(ok|odd)_/.test(name) && !name.endsWith(".img") && !refused.has(name));
    const settings = ["--set", "prepare.alignment=center"];
    const answer = await runHere(["prepare", ...flags({ unlabeled: readable }), "-o", at("readable"), ...settings]);
    expect(answer).toMatchObject({ code: 0, error: "" });
    rmSync(at("readable"), { recursive: true });
  }, 60_000);
});

describe.runIf(present)("the program itself", () => {
  it("says it in one line, ends with code 2, and takes the folder again without the bad scan", async () => {
    const bad = await ended(
      spawnCommandLine([
        "prepare",
        ...flags({ unlabeled: [...GOOD.unlabeled, "bad_truncated_data.nii"] }),
        "-o",
        at("o"),
      ]),
    );
    expect(bad.code).toBe(2);
    expect(bad.error.trimEnd().split("\n").at(-1)).toMatch(
      /^voxelsmith: .*bad_truncated_data\.nii: expected .+, got .+\. .+/,
    );
    expect(bad.error).not.toContain("    at ");
    const again = [...flags({ unlabeled: GOOD.unlabeled }), "-o", at("o"), "--set", "prepare.alignment=center"];
    expect((await runHere(["prepare", ...again])).code).toBe(0);
  });

  it.each([
    ["an empty folder", ["--unlabeled", "empty"], "an empty folder"],
    ["an empty test folder", ["--test", "empty"], "an empty folder"],
    ["a folder without volumes", ["--unlabeled", "notes"], "none of them a volume"],
    ["no such file", ["--unlabeled", "nowhere"], "no such file"],
  ])("%s", async (_what, [flag, path], words) => {
    mkdirSync(at("empty"), { recursive: true });
    mkdirSync(at("notes"), { recursive: true });
    cpSync(fileURLToPath(import.meta.url), at("notes/notes.txt"));
    const given = { ...flagMap({}), [flag]: [at(path)] };
    const answer = await runHere(["run", ...Object.entries(given).flat(2), "-o", at("out")]);
    expectRefused(answer, words);
  });

  it("a label map of no test scan", async () => {
    const answer = await run({ test: [sample("ok_int8.nii.gz")], testLabels: [sample("ok_label_float32.nii.gz")] });
    expectRefused(answer, "ok_label_float32.nii.gz");
  });
});

interface Given {
  readonly atlas?: string;
  readonly labels?: string;
  readonly unlabeled?: readonly string[];
  readonly test?: readonly string[];
  readonly testLabels?: readonly string[];
}

function flagMap(given: Given): Record<string, readonly string[]> {
  const { atlas, labels, unlabeled, test, testLabels } = { ...GOOD, ...given };
  return {
    "--atlas": [sample(atlas)],
    "--labels": [sample(labels)],
    "--unlabeled": unlabeled.map(sample),
    ...(test === undefined ? {} : { "--test": test }),
    ...(testLabels === undefined ? {} : { "--test-labels": testLabels }),
  };
}

function flags(given: Given): string[] {
  return Object.entries(flagMap(given)).flat(2);
}

function run(given: Given): Promise<Answer> {
  return runHere(["run", ...flags(given), "-o", at("out")]);
}

/** Code 2, one line with these words, no stack, and an output folder in which no work was done. */
function expectRefused({ code, out, error }: Answer, words: string): void {
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toContain(words);
  expect(error).toMatch(/^voxelsmith: .+: expected .+, got .+\. .+\n$/s);
  expect(error.trimEnd()).not.toContain("\n");
  const left = existsSync(at("out")) ? readdirSync(at("out")).sort() : [];
  expect(left.filter((name) => !["config.json", "environment.json", "manifest.json"].includes(name))).toEqual([]);
  rmSync(at("out"), { recursive: true, force: true });
}
