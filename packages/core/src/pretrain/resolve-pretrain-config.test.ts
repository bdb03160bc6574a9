import { describe, expect, it } from "vitest";
import { encoderOf, PRETRAIN_PRESETS, pretrainConfig } from "./config.ts";
import { changePretrainConfig, pretrainDifferences, resolvePretrainConfig } from "./resolve-pretrain-config.ts";

const common = { seed: 1, preset: "fast", device: "cpu", threads: 1, synthesize: "none" } as const;
const resolve = (...assignments: string[]) => resolvePretrainConfig({ ...common, assignments });

describe("resolvePretrainConfig", () => {
  it("takes settings of its own and of the runs that make examples", () => {
    const overlay = { steps: 7, synthesis: { spatial: { steps: 9 } } };
    const config = resolvePretrainConfig({
      ...common,
      overlay,
      assignments: ["depth=18", "synthesis.spatial.window=3"],
    });
    expect(config).toMatchObject({ steps: 7, depth: 18, synthesis: { spatial: { steps: 9, window: 3 } } });
    expect(encoderOf(config).shortcut).toBe("A");
    expect(encoderOf(resolve("depth=18", "shortcut=B")).shortcut).toBe("B");
    expect(config.synthesis.synthesize).toMatchObject({ elastic: 0, gamma: [1, 1], biasField: 0 });
    expect(pretrainDifferences(config, changePretrainConfig(config, { assignments: ["steps=8"] }))).toEqual(["steps"]);
    expect(pretrainConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it.each([
    ["depth=51", "settings: depth: expected a value that fits (one of 10, 18, 34, 50, 101, 152, 200), got 51"],
    ["patch=[8,48,48]", "setting patch: expected more than 8x8x8 voxels"],
    ["patch=[48,48]", "settings: patch"],
    ["step=5", "Did you mean steps"],
    ["synthesis.spatial.stepz=5", "Did you mean spatial.steps"],
    ["synthesis.spatial.steps=-1", "spatial.steps"],
    ["synthesis=5", "setting synthesis: expected a setting of `pretrain`"],
  ])("%s is bad input", (assignment, words) => {
    expect(() => resolve(assignment)).toThrow(words);
  });

  it("both presets fit the schema, and every setting has a sentence", () => {
    for (const preset of ["fast", "paper"] as const)
      expect(resolvePretrainConfig({ ...common, preset })).toMatchObject(PRETRAIN_PRESETS[preset]);
    for (const [name, { description }] of Object.entries(pretrainConfig.shape))
      expect([name, description ?? ""][1]).not.toBe("");
  });
});
