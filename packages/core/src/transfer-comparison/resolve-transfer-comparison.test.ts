import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import {
  changeTransferComparison,
  resolveTransferComparison,
  transferComparisonDifferences,
} from "./resolve-transfer-comparison.ts";
import { comparedEncoder, pretrainSettings, transferSettings, videoSettings } from "./settings.ts";

const common = { seed: 3, preset: "fast", device: "cpu", threads: 2 } as const;

describe("settings of a comparison of transfer", () => {
  it("gives every job the same encoder, equal steps of pretraining, and one rate for old and new parameters", () => {
    const assignments = ["encoder.depth=18", "encoder.widths=[4,4,8,8]", "pretrain.steps=7", "transfer.steps=9"];
    const settings = resolveTransferComparison({ ...common, assignments });
    const encoder = { depth: 18, widths: [4, 4, 8, 8] };
    expect(comparedEncoder(settings)).toMatchObject({ ...encoder, shortcut: "A" });
    expect(pretrainSettings(settings, "rand-aug")).toMatchObject({
      ...{ ...common, ...encoder },
      ...{ steps: 7, synthesize: "rand-aug" },
    });
    expect(videoSettings(settings)).toMatchObject({ ...common, steps: 7 });
    const job = { seed: 4, task: "classification", from: "x.pth", learningRate: 0.5 } as const;
    const shared = { steps: 9, encoderRate: 1, threads: 2 };
    expect(transferSettings(settings, job)).toMatchObject({ ...job, ...encoder, ...shared, shortcut: "A" });
  });

  it("a file wins over --quick, single settings over both", () => {
    const overlay = { transfer: { steps: 11, validateEvery: 5 }, video: { batch: 3 } };
    const settings = resolveTransferComparison({
      ...common,
      quick: true,
      overlay,
      assignments: ["transfer.steps=12", "video.noise=0"],
    });
    expect(settings.transfer).toMatchObject({ steps: 12, validateEvery: 5, warmupSteps: 5 });
    expect(settings.video).toMatchObject({ batch: 3, noise: 0, validateEvery: 75 });
    const later = changeTransferComparison(settings, { assignments: ["pretrain.synthesis.spatial.steps=4"] });
    expect(transferComparisonDifferences(settings, later)).toEqual(["pretrain.synthesis"]);
    expect(later.pretrain.synthesis.spatial).toEqual({ ...settings.pretrain.synthesis.spatial, steps: 4 });
  });

  it.each([
    ["transfer.step=3", "Did you mean transfer.steps"],
    ["transfer.depth=18", "Did you mean encoder.depth"],
    ["transfer.learningRate=1", "--rates"],
    ["pretrain.synthesize=supervised", "setting pretrain.synthesize"],
    ["video.steps=5", "Did you mean pretrain.steps"],
    ["steps=5", "Did you mean encoder.NAME"],
    ["pretrain.steps=few", "settings: steps"],
    ["video.batch=0", "settings: video: batch"],
  ])("%s is refused in one line", (assignment, words) => {
    const attempt = () => resolveTransferComparison({ ...common, assignments: [assignment] });
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(words);
    const [name, value] = assignment.split("=");
    const [section, ...rest] = name.split(".");
    if (rest.length !== 1) return;
    const overlay = { [section]: { [rest[0]]: value } };
    expect(() => resolveTransferComparison({ ...common, overlay })).toThrow(InputError);
  });
});
