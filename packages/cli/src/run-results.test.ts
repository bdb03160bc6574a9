import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RUN_FOLDER_CONTENT, readNifti, readNiftiHeader, reorient, sameGrid, writeNiftiPair } from "@voxelsmith/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "../test-support/run-here.ts";
import { TINY_SETTINGS, writeTinyCohort } from "../test-support/tiny-run.ts";

// What lies there after a run, and whether each label map lies on its own scan's grid.

const samples: string = fileURLToPath(new URL("../../../../shared/data/import-samples/nifti-odd/", import.meta.url));
const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-results-"));
const at = (path: string): string => join(folder, path);

beforeAll(async () => {
  await writeTinyCohort(at("cohort"));
  const made = await runHere(["run", "-i", at("cohort"), "-o", at("run"), "--threads", "1", "--set", ...TINY_SETTINGS]);
  expect(made.error).toBe("");
  expect(made.out).toContain("single-atlas");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a run", () => {
  it("leaves everything that its README lists", () => {
    for (const [path] of RUN_FOLDER_CONTENT) expect(existsSync(at(`run/${path}`)), path).toBe(true);
    const readme = readFileSync(at("run/README.md"), "utf8");
    expect(readme).toContain("From 1 labeled scan (atlas-01) and 5 unlabeled scans");
  });

  it("labels the test scans on their own grids, one of them stored along other axes", () => {
    for (const method of ["segmenter", "single-atlas", "affine"]) {
      for (const id of ["test-01", "test-02"]) {
        expectSameHeader(at(`cohort/images/${id}.nii.gz`), at(`run/predictions/${method}/${id}.nii.gz`));
      }
    }
    const truth = readNifti(readFileSync(at("cohort/labels/test-02.nii.gz")), { name: "truth" });
    const labels = readNifti(readFileSync(at("run/predictions/affine/test-02.nii.gz")), { name: "labels" });
    expect(sameGrid(truth.grid, labels.grid)).toBe(true);
  });

  it("is described by info, in words and as JSON", async () => {
    const { code, out } = await runHere(["info", at("run")]);
    expect(code).toBe(0);
    expect(out).toContain("1 atlas (atlas-01), 5 unlabeled, 0 validation, 2 test (2 with labels)");
    expect(out).toContain("segmenter: step 8 of 8");
    const json = await runHere(["info", at("run"), "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ kind: "result", config: { seed: 1, preset: "fast" } });
  });
});

describe("stage by stage", () => {
  it("gives the same models and examples as the run as a whole", async () => {
    const data = ["-i", at("cohort"), "-o", at("stages"), "--threads", "1", "--set", ...TINY_SETTINGS];
    expect((await runHere(["prepare", ...data])).code).toBe(0);
    for (const stage of ["register", "synthesize", "train"]) {
      expect((await runHere([stage, at("stages")])).code, stage).toBe(0);
    }
    for (const path of ["spatial", "appearance", "segmenter"].map((stage) => `${stage}/model.safetensors`)) {
      expect(readFileSync(at(`stages/${path}`)).equals(readFileSync(at(`run/${path}`))), path).toBe(true);
    }
    const example = "examples/example-0002.nii.gz";
    expect(readFileSync(at(`stages/${example}`)).equals(readFileSync(at(`run/${example}`)))).toBe(true);
  }, 60_000);

  it("a stage before its turn says what to run first", async () => {
    const data = ["-i", at("cohort"), "-o", at("early"), "--threads", "1", "--set", ...TINY_SETTINGS];
    expect((await runHere(["prepare", ...data])).code).toBe(0);
    for (const stage of ["synthesize", "train"]) {
      const { code, error } = await runHere([stage, at("early")]);
      expect(code).toBe(2);
      expect(error).toContain("Run `voxelsmith register` first.");
    }
  }, 60_000);
});

describe("segment and evaluate", () => {
  it("give what the run gave", async () => {
    const scans = ["--model", at("run"), "-i", at("cohort/images/test-01.nii.gz"), at("cohort/images/test-02.nii.gz")];
    expect((await runHere(["segment", ...scans, "-o", at("labeled"), "--threads", "1"])).code).toBe(0);
    for (const id of ["test-01", "test-02"]) {
      const labeled = readFileSync(at(`labeled/${id}.nii.gz`));
      expect(labeled.equals(readFileSync(at(`run/predictions/segmenter/${id}.nii.gz`))), id).toBe(true);
    }
    const truth = ["test-01", "test-02"].map((id) => at(`cohort/labels/${id}.nii.gz`));
    const evaluate = ["evaluate", "-i", at("labeled"), "-r", ...truth, "--model", at("run"), "-o", at("scores")];
    const { code, out } = await runHere(evaluate);
    expect(code).toBe(0);
    expect(out).toContain("cortex");
    expect(readdirSync(at("scores")).sort()).toEqual(expect.arrayContaining(["metrics.csv", "metrics.json"]));
    expect(meanDice(at("scores/metrics.json"), 0)).toBe(meanDice(at("run/evaluation/metrics.json"), 0));
  });

  it("segment --overwrite replaces what is there, and without it nothing is touched", async () => {
    const input = ["segment", "--model", at("run"), "-i", at("cohort/images/test-01.nii.gz"), "-o", at("old")];
    expect((await runHere(input)).code).toBe(0);
    const labels = readFileSync(at("old/test-01.nii.gz"));
    writeFileSync(at("old/test-01.nii.gz"), "old");
    expect((await runHere(input)).code).toBe(2);
    expect(readFileSync(at("old/test-01.nii.gz"), "utf8")).toBe("old");
    expect((await runHere([...input, "--overwrite"])).code).toBe(0);
    expect(readFileSync(at("old/test-01.nii.gz")).equals(labels)).toBe(true);
  });

  it.each(["RPI", "ASL", "IRP"])("a scan stored as %s in an .hdr and .img pair", async (codes) => {
    const { volume, header } = read(at("cohort/images/test-01.nii.gz"));
    const pair = writeNiftiPair(reorient(volume, codes), { dataType: header.dataType, gzip: false });
    writeFileSync(at(`${codes}.hdr`), pair.header);
    writeFileSync(at(`${codes}.img`), pair.image);
    const { code } = await runHere(["segment", "--model", at("run"), "-i", at(`${codes}.hdr`), "-o", at(codes)]);
    expect(code).toBe(0);
    expectSameHeader(at(`${codes}.hdr`), at(`${codes}/${codes}.nii.gz`));
    // The same voxels get the same labels, however the file lists them.
    const plain = readNifti(readFileSync(at("run/predictions/segmenter/test-01.nii.gz")), {
      name: "plain",
    }).readLabels();
    const turned = readNifti(readFileSync(at(`${codes}/${codes}.nii.gz`)), { name: codes }).readLabels();
    const back = reorient(turned, "RAS");
    const different = plain.data.reduce((count, label, index) => count + (label === back.data[index] ? 0 : 1), 0);
    expect(different / plain.data.length).toBeLessThan(0.001);
  });

  it("real headers of every kind come back bit by bit", async (context) => {
    if (!existsSync(samples)) {
      console.log(`skipped: no NIfTI files at ${samples}`);
      context.skip();
    }
    const scans = [
      ...["ok_bigendian_int16.nii.gz", "ok_nifti2_int16.nii.gz", "ok_nifti2_bigendian.nii.gz", "ok_pair.hdr"],
      ...["ok_left_handed_LAS.nii.gz", "ok_LAS_qfac_minus1_qform_only.nii.gz", "ok_PSR_axes_permuted.nii.gz"],
      ...["ok_oblique_aniso_sform.nii.gz", "ok_oblique_qform_only.nii.gz", "ok_no_form_codes_pixdim_only.nii.gz"],
      ...["ok_scl_slope_inter.nii.gz", "ok_4d_single.nii.gz", "odd_sheared_sform.nii.gz"],
    ].map((name) => join(samples, name));
    const answer = await runHere(["segment", "--model", at("run"), "-i", ...scans, "-o", at("real")]);
    expect(answer.error).toBe("");
    for (const scan of scans) {
      expectSameHeader(scan, at(`real/${scan.slice(samples.length).replace(/\.(nii\.gz|hdr)$/, "")}.nii.gz`));
    }
  }, 60_000);
});

function read(path: string) {
  const file = readNifti(readFileSync(path), { name: path });
  return { volume: file.readVolume(), header: file.header };
}

function meanDice(path: string, method: number): number {
  return JSON.parse(readFileSync(path, "utf8")).summaries[method].mean.dice.mean;
}

/** Byte ranges that say how a scan lies: dim, pixdim, form codes, quaternion, offsets, sform rows; units apart. */
const GEOMETRY: Readonly<Record<"nifti-1" | "nifti-2", readonly (readonly [from: number, to: number])[]>> = {
  "nifti-1": [
    [40, 56],
    [76, 108],
    [123, 124],
    [252, 328],
  ],
  "nifti-2": [
    [16, 80],
    [104, 168],
    [344, 496],
    [500, 504],
  ],
};

function expectSameHeader(scan: string, labels: string): void {
  const given = readNiftiHeader(readFileSync(scan), scan);
  const written = readNiftiHeader(readFileSync(labels), labels);
  expect(written.format, labels).toBe(given.format);
  expect(written.littleEndian, labels).toBe(given.littleEndian);
  expect(written.grid, labels).toEqual(given.grid);
  if (given.format === "analyze") throw new Error(`${scan} has no forms to compare`);
  for (const [from, to] of GEOMETRY[given.format]) {
    expect([...written.bytes.slice(from, to)], `${labels} bytes ${from} to ${to}`).toEqual([
      ...given.bytes.slice(from, to),
    ]);
  }
  expect([written.slope, written.intercept]).toEqual([1, 0]);
}
