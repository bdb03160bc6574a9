import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const data = join(root, "../shared/data/msd-hippocampus");

/**
 * The main job on a part of the real hippocampus scans, a few minutes on two cores: the segmenter must beat SAS and
 * affine alignment of the SAME run on test scans that nothing has seen. The full run is bench/real-run.ts.
 */
test("on real scans the segmenter beats SAS, and SAS beats affine alignment alone", {
  timeout: 1_800_000,
}, (context) => {
  if (!existsSync(data)) {
    console.log(`skipped: no real scans at ${data}`);
    context.skip();
  }
  const { split, atlas_candidates: candidates } = JSON.parse(readFileSync(join(data, "split.json"), "utf8"));
  const [atlas] = candidates as string[];
  const unlabeled = (split.train as string[]).filter((id) => id !== atlas).slice(0, 40);
  const test = (split.test as string[]).slice(0, 10);
  const image = (id: string): string => join(data, "images", `${id}.nii.gz`);
  const labels = (id: string): string => join(data, "labels", `${id}.nii.gz`);
  const run = mkdtempSync(join(tmpdir(), "voxelsmith-"));
  const result = spawnSync(
    process.execPath,
    [
      ...[join(root, "packages/cli/dist/main.js"), "run", "-o", join(run, "run"), "--seed", "1", "--threads", "2"],
      ...["--atlas", image(atlas), "--labels", labels(atlas)],
      ...["--unlabeled", ...unlabeled.map(image), "--test", ...test.map(image), "--test-labels", ...test.map(labels)],
      ...["--set", "spatial.steps=600", "appearance.steps=150", "segment.steps=300"],
      ...["segment.validateEvery=100", "segment.validationExamples=4"],
    ],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  expect(result.stderr.split("\n").filter((line) => line.startsWith("error"))).toEqual([]);
  expect(result.status).toBe(0);
  const { summaries, gains } = JSON.parse(readFileSync(join(run, "run/evaluation/metrics.json"), "utf8"));
  const dice = Object.fromEntries(
    summaries.map((one: { method: string; mean: { dice: { mean: number } } }) => [one.method, one.mean.dice.mean]),
  );
  console.log(`mean Dice on ${test.length} test scans:`, dice, gains);
  expect(dice["single-atlas"]).toBeGreaterThan(dice.affine);
  expect(dice.segmenter).toBeGreaterThan(dice["single-atlas"]);
  expect(dice.segmenter).toBeGreaterThan(dice.affine + 0.03);
  for (const path of ["README.md", "segmenter/model.onnx", "examples/overview.png", "evaluation/overview.png"]) {
    expect(existsSync(join(run, "run", path)), path).toBe(true);
  }
  rmSync(run, { recursive: true });
});
