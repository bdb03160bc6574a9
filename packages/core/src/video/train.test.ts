import { decodeSafetensors } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { checkAgainst } from "../dataset/check-against.ts";
import { med3dResnet } from "../networks/resnet-config.ts";
import { readMetrics } from "../run/metrics-log.ts";
import { memoryStore, type Store } from "../run/store.ts";
import { resolveTransferConfig } from "../transfer/resolve-transfer-config.ts";
import { startOf } from "../transfer/start-weights.ts";
import { VIDEO_PRESETS, type VideoConfig, videoConfig } from "./config.ts";
import { saveVideoWeights, VIDEO_MODEL, VIDEO_WEIGHTS } from "./save-video-weights.ts";
import { videoScores } from "./score-clips.ts";
import { pretrainOnVideo, type VideoPretraining } from "./train.ts";

const encoder = med3dResnet(10, { widths: [4, 4, 8, 8] });
const tiny: VideoConfig = {
  ...VIDEO_PRESETS.fast,
  ...({ seed: 3, preset: "fast", device: "cpu", threads: 1 } as const),
  clip: [16, 16, 16],
  shapes: ["disk", "bar"],
  motions: ["right", "left"],
  distractors: 0,
  drift: 0,
  noise: 0.1,
  batch: 8,
  steps: 6,
  warmupSteps: 2,
  learningRate: 5e-3,
  validateEvery: 3,
  validationClips: 8,
};

function train(
  changes: Partial<VideoConfig> = {},
  store: Store = memoryStore(),
  signal = new AbortController().signal,
): Promise<VideoPretraining> {
  return pretrainOnVideo({ config: { ...tiny, ...changes }, encoder, store, signal, emit: () => undefined });
}

describe("pretrainOnVideo", () => {
  it("learns to tell shapes and directions of motion apart", async () => {
    const { scores } = await train({ steps: 120, validateEvery: 120, validationClips: 80 });
    expect(scores.accuracy).toBeGreaterThan(0.5); // chance is 0.25
    expect(scores.motions).toBeGreaterThan(0.7);
  });

  it("resumed it ends where an uninterrupted one ends, with the same log", async () => {
    const store = memoryStore();
    const whole = await train({}, store);
    const stopped = memoryStore();
    const stopper = new AbortController();
    let writes = 0;
    const stopping: Store = {
      ...stopped,
      append: async (path, text) => {
        if (++writes === 4) stopper.abort();
        await stopped.append(path, text);
      },
    };
    await expect(train({}, stopping, stopper.signal)).rejects.toThrow("abort");
    const resumed = await train({}, stopped);
    expect(resumed).toEqual(whole);
    expect(await readMetrics(stopped)).toEqual(await readMetrics(store));
    expect(await train({}, stopped)).toEqual(whole); // finished: nothing is left to do
  });

  it("leaves weights that say what they are and that the medical network takes, all but fc", async () => {
    const store = memoryStore();
    const result = await train({ steps: 1 });
    await saveVideoWeights({ config: tiny, encoder, store }, result);
    const bytes = (await store.read(VIDEO_WEIGHTS)) ?? new Uint8Array();
    const { metadata } = decodeSafetensors(bytes);
    expect(metadata.model).toBe(VIDEO_MODEL);
    expect(metadata.model).toBe("stand-in for video pretraining: generated moving objects, not Kinetics");
    const common = { seed: 1, preset: "fast", device: "cpu", threads: 1, task: "classification" } as const;
    const start = startOf(resolveTransferConfig({ ...common, from: "video" }), bytes);
    expect(start.encoder).toEqual(encoder);
    expect(start.report?.fresh).toEqual([]);
    expect(start.report?.dropped.map(({ name }) => name).sort()).toEqual(["fc.bias", "fc.weight"]);
    expect(start.weights["conv1.weight"].data).toEqual(result.weights["conv1.weight"].data);
    expect(result.weights["bn1.running_mean"].data.some((value) => value !== 0)).toBe(true);
  });
});

it("shape and motion are scored by the sums over the other", () => {
  const lists = { shapes: ["disk", "bar"], motions: ["right", "left", "up"] } satisfies Partial<VideoConfig>;
  const predictions = [
    { id: "0", truth: 0, probabilities: [0.2, 0.2, 0.2, 0.4, 0, 0] }, // disk right; bar right is likeliest, disk in sum
    { id: "1", truth: 4, probabilities: [0, 0.1, 0.1, 0.1, 0.6, 0.1] }, // bar left
  ];
  expect(videoScores(lists, predictions)).toEqual({ accuracy: 0.5, shapes: 1, motions: 1 });
});

it("settings that cannot be are refused in one line", () => {
  const check = (changes: object) => () => checkAgainst(videoConfig, { ...tiny, ...changes }, "settings");
  expect(check({})()).toEqual(tiny);
  expect(check({ clip: [8, 16, 16] })).toThrow("settings: clip.0");
  expect(check({ motions: ["left"] })).toThrow("settings: motions");
  expect(check({ motions: ["left", "left"] })).toThrow("each name once");
  expect(check({ shapes: ["blob"] })).toThrow("settings: shapes.0");
});
