import { describe, expect, it } from "vitest";
import { presetConfig } from "./config.ts";
import { runReadme } from "./run-readme.ts";

const config = presetConfig("fast", { seed: 1, device: "cpu", threads: 2 });
const manifest = {
  name: "toy",
  labels: { "1": "head" },
  atlases: [{ id: "a", image: "a.nii", labels: "l.nii" }],
  unlabeled: [{ id: "u", image: "u.nii" }],
  validation: [],
  test: [],
};

describe("the README of a run", () => {
  it("gives the table and the paired gain", () => {
    const scores = [
      { method: "segmenter", scans: 2, meanDice: 0.8, labels: [{ name: "head", meanDice: 0.8 }] },
      { method: "single atlas", scans: 2, meanDice: 0.7512, labels: [{ name: "head", meanDice: 0.7512 }] },
    ];
    const text = runReadme({ config, manifest, seconds: 600, scores, gain: { mean: 0.05, low: 0.01, high: 0.09 } });
    expect(text).toContain(
      "| method | test scans | mean Dice | head |\n|---|---|---|---|\n| segmenter | 2 | 0.800 | 0.800 |",
    );
    expect(text).toContain("0.050 (95 % interval 0.010 to 0.090)");
    expect(text).toContain("1 labeled scan (a) and 1 unlabeled scan,");
    expect(text).toContain("10.0 minutes");
  });

  it("says why nothing was measured", () => {
    expect(runReadme({ config, manifest, seconds: 5, scores: [] })).toContain(
      "Not measured: no test scans were given.",
    );
  });
});
