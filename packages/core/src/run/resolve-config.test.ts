import { describe, expect, it } from "vitest";
import { SPATIAL_PRESETS } from "../spatial/config.ts";
import { presetConfig } from "./config.ts";
import { describeSettings } from "./describe-settings.ts";
import { changeConfig, configDifferences, resolveConfig } from "./resolve-config.ts";

const request = { preset: "fast", seed: 3, device: "cpu", threads: 2 } as const;

describe("settings", () => {
  it("are the preset's where nothing is said", () => {
    expect(resolveConfig(request)).toEqual(presetConfig("fast", { seed: 3, device: "cpu", threads: 2 }));
  });

  it("take a file, then single assignments, whole values and parts of values", () => {
    const config = resolveConfig({
      ...request,
      overlay: { seed: 9, spatial: { steps: 10, encoder: [4, 8] } },
      assignments: [
        "spatial.steps=20",
        "synthesize.transforms=coupled",
        'prepare.normalization={"kind":"z-score"}',
        "segment.channels=[8,16]",
      ],
    });
    expect(config.seed).toBe(9);
    expect(config.spatial).toMatchObject({ steps: 20, encoder: [4, 8], window: SPATIAL_PRESETS.fast.window });
    expect(config.synthesize.transforms).toBe("coupled");
    expect(config.prepare.normalization).toEqual({ kind: "z-score" });
    expect(config.segment.channels).toEqual([8, 16]);
    expect(changeConfig(config, undefined, ["spatial.steps=5"]).spatial.steps).toBe(5);
    expect(config.spatial.steps).toBe(20);
  });

  it("refuse names that do not exist, with those that come near, and bad values", () => {
    const set = (assignment: string) => () => resolveConfig({ ...request, assignments: [assignment] });
    expect(set("spatial.step=5")).toThrow("Did you mean spatial.steps");
    expect(set("spatal.steps=5")).toThrow("Did you mean spatial.steps");
    expect(set("spatial.steps")).toThrow("expected name=value");
    expect(set("spatial.steps=-1")).toThrow("settings: spatial.steps");
    expect(set("spatial.steps=many")).toThrow('got "many"');
    expect(() => resolveConfig({ ...request, overlay: [] })).toThrow("an object of settings");
    expect(() => resolveConfig({ ...request, overlay: { sed: 1 } })).toThrow("Did you mean seed");
  });

  it("tell in what two configurations differ", () => {
    const one = resolveConfig(request);
    expect(configDifferences(one, one)).toEqual([]);
    const other = resolveConfig({ ...request, seed: 4, assignments: ["segment.steps=1"] });
    expect(configDifferences(one, other)).toEqual(["seed", "segment.steps"]);
  });

  it("each have a sentence, for help and docs", () => {
    const settings = describeSettings();
    for (const { path, meaning } of settings) expect(meaning, path).not.toBe("");
    expect(settings.find(({ path }) => path === "spatial.similarity")).toMatchObject({ fast: '"local-ncc"' });
  });
});
