import { describe, expect, it } from "vitest";
import { openMetricsLog, readMetrics } from "./metrics-log.ts";
import { memoryStore } from "./store.ts";

describe("metrics log", () => {
  it("drops this stage's steps beyond the checkpoint, and keeps other stages", async () => {
    const store = memoryStore();
    const spatial = await openMetricsLog(store, "spatial", 0);
    await spatial.record(1, { loss: 0.5 });
    const segmenter = await openMetricsLog(store, "segmenter", 0);
    for (const step of [1, 2, 3, 4]) await segmenter.record(step, { loss: 1 / step });
    const resumed = await openMetricsLog(store, "segmenter", 2);
    await resumed.record(3, { loss: 9 });
    expect((await readMetrics(store)).map(({ stage, step, loss }) => [stage, step, loss])).toEqual([
      ["spatial", 1, 0.5],
      ["segmenter", 1, 1],
      ["segmenter", 2, 0.5],
      ["segmenter", 3, 9],
    ]);
  });

  it("heals a line that was cut off when the process was killed", async () => {
    const store = memoryStore();
    const log = await openMetricsLog(store, "spatial", 0);
    await log.record(1, { loss: 1 });
    await store.append("metrics.jsonl", '{"stage":"spatial","st');
    const resumed = await openMetricsLog(store, "spatial", 1);
    await resumed.record(2, { loss: 2 });
    expect((await readMetrics(store)).map(({ step }) => step)).toEqual([1, 2]);
    expect(new TextDecoder().decode(await store.read("metrics.jsonl"))).toMatch(/^\{.*\}\n\{.*\}\n$/);
  });

  it("starts a stage afresh with step 0, and a first log from nothing", async () => {
    const store = memoryStore();
    expect(await readMetrics(store)).toEqual([]);
    const log = await openMetricsLog(store, "spatial", 0);
    await log.record(1, {});
    await openMetricsLog(store, "spatial", 0);
    expect(await readMetrics(store)).toEqual([]);
  });
});
