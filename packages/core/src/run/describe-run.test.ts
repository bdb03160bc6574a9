import { describe, expect, it } from "vitest";
import { presetConfig } from "./config.ts";
import { describeRun } from "./describe-run.ts";
import { openMetricsLog } from "./metrics-log.ts";
import { memoryStore } from "./store.ts";

const manifest = {
  name: "toy",
  labels: {},
  atlases: [{ id: "a", image: "a.nii", labels: "l.nii" }],
  unlabeled: [{ id: "u", image: "u.nii" }],
  validation: [],
  test: [],
};
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe("describing a run", () => {
  it("tells how far each stage has come and what has been written", async () => {
    const store = memoryStore();
    await store.write("config.json", json(presetConfig("fast", { seed: 1, device: "cpu", threads: 1 })));
    await store.write("manifest.json", json(manifest));
    await store.write("prepared/u.nii.gz", new Uint8Array());
    const log = await openMetricsLog(store, "spatial", 0);
    await log.record(1, { loss: 1 });
    await log.record(2, { loss: 0.5, similarity: 0.25 });
    const description = await describeRun(store);
    expect(description.manifest).toEqual(manifest);
    expect(description.files).toMatchObject({ prepared: 1, spatial: 0 });
    expect(description.stages.map(({ stage, step }) => [stage, step])).toEqual([
      ["spatial", 2],
      ["appearance", 0],
      ["segmenter", 0],
    ]);
    expect(description.stages[0].last).toEqual({ loss: 0.5, similarity: 0.25 });
  });

  it("refuses a folder that is no run, and an edit that does not fit", async () => {
    const store = memoryStore();
    await expect(describeRun(store)).rejects.toThrow("a run folder, with config.json in it");
    await store.write("config.json", json({ seed: "one" }));
    await expect(describeRun(store)).rejects.toThrow("config.json: seed");
  });
});
