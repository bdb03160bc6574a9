import { describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { memoryStore } from "./store.ts";

interface Progress {
  readonly step: number;
}
const parse = (value: unknown): Progress => {
  if (typeof value === "object" && value !== null && "step" in value && typeof value.step === "number") {
    return { step: value.step };
  }
  throw new Error("no step");
};

describe("checkpoints", () => {
  const tensors = {
    "state/weight": { shape: [2, 3], data: new Float32Array([1, -0, Number.NaN, 1e-45, 3.4e38, 0.1]) },
    "state/bias": { shape: [], data: new Float32Array([7]) },
  };

  it("come back bit for bit, progress and tensors from one file", async () => {
    const store = memoryStore();
    await saveCheckpoint(store, "spatial/checkpoint.safetensors", { progress: { step: 12 }, tensors });
    expect(await store.list("spatial")).toEqual(["spatial/checkpoint.safetensors"]);
    const loaded = await loadCheckpoint(store, "spatial/checkpoint.safetensors", parse);
    expect(loaded?.progress).toEqual({ step: 12 });
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      expect(loaded?.tensors[name].shape).toEqual(shape);
      expect(new Uint32Array(loaded?.tensors[name].data.buffer ?? new ArrayBuffer(0))).toEqual(
        new Uint32Array(data.buffer),
      );
    }
  });

  it("are undefined where there is none, and one line where the file is damaged or of another stage", async () => {
    const store = memoryStore();
    expect(await loadCheckpoint(store, "a", parse)).toBeUndefined();
    await store.write("a", new Uint8Array([1, 2, 3]));
    await expect(loadCheckpoint(store, "a", parse)).rejects.toThrow("a: expected a checkpoint of this stage");
    await saveCheckpoint(store, "a", { progress: { epoch: 1 }, tensors: {} });
    await expect(loadCheckpoint(store, "a", parse)).rejects.toThrow("no step");
  });
});
