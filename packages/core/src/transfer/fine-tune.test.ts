import { createRandom, decodeSafetensors, initializeWeights, loadModel, type Weights } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { med3dResnet } from "../networks/resnet-config.ts";
import { memoryStore, type Store } from "../run/store.ts";
import { loadReport } from "../weights/load-report.ts";
import { encodeStateDict } from "../weights/state-dict-names.ts";
import { accuracyOf } from "./classification-scores.ts";
import type { TransferConfig } from "./config.ts";
import {
  type ClassifiedCube,
  type FineTunedClassification,
  fineTuneClassification,
} from "./fine-tune-classification.ts";
import { fineTuneSegmentation, type SegmentationCase } from "./fine-tune-segmentation.ts";
import { resolveTransferConfig } from "./resolve-transfer-config.ts";
import { encoderSpecs, startOf } from "./start-weights.ts";
import { createPredictor, saveTransferModel, TRANSFER_MODEL } from "./transfer-model.ts";
import { transferNetwork } from "./transfer-network.ts";

const EXTENTS = [16, 16, 16];
const encoder = med3dResnet(10, { widths: [4, 4, 8, 8] });
const pretrained = encodeStateDict(initializeWeights(encoderSpecs(encoder), 77));
const common = { seed: 5, preset: "fast", device: "cpu", threads: 1 } as const;
const quick = [
  "widths=[4,4,8,8]",
  "warmupSteps=2",
  "learningRate=0.005",
  "encoderRate=0.5",
  "validateEvery=5",
  "gain=0",
  "shift=0",
  "gamma=0",
];

/** Noise with a ball of radius 5 near the middle, brighter by `contrast`. */
function ball(index: number, contrast: number): SegmentationCase {
  const random = createRandom(9, "ball", index);
  const center = EXTENTS.map((extent) => extent / 2 + random.between(-2, 2));
  const image = random.normals(4096).map((value) => value / 3);
  const classes = new Float32Array(4096);
  for (let p = 0; p < 4096; p++) {
    const at = [p >> 8, (p >> 4) & 15, p & 15];
    if (Math.hypot(...at.map((value, axis) => value - center[axis])) > 5) continue;
    classes[p] = 1;
    image[p] += contrast;
  }
  return { id: `ball-${index}`, image, classes, extents: EXTENTS };
}

const cube = (index: number, classIndex: number): ClassifiedCube => ({ ...ball(index, 4 * classIndex), classIndex });
const cubes = (from: number, to: number): ClassifiedCube[] =>
  Array.from({ length: to - from }, (_, n) => cube(from + n, (from + n) % 2));
const signal = new AbortController().signal;
const quiet = { signal, emit: () => undefined };

function classify(
  from: "scratch" | "weights",
  assignments: readonly string[],
  { store = memoryStore(), stop = signal }: { readonly store?: Store; readonly stop?: AbortSignal } = {},
): Promise<FineTunedClassification> {
  const all = [...quick, "batch=4", "jitter=1", ...assignments];
  const config: TransferConfig = resolveTransferConfig({ ...common, task: "classification", from, assignments: all });
  const start = startOf(config, from === "scratch" ? undefined : pretrained);
  const data = { train: cubes(0, 6), validation: cubes(6, 10), test: cubes(10, 16) };
  return fineTuneClassification({
    ...{ emit: () => undefined, signal: stop, config, store, start, classes: ["dark", "bright"], patch: EXTENTS },
    ...data,
  });
}

function dataOf(weights: Weights): Record<string, number[]> {
  return Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, [...data]]));
}

describe("classification", () => {
  it("learns what is easy to tell apart, and tells its curve", async () => {
    const tuned = await classify("scratch", ["steps=30"]);
    expect(accuracyOf(tuned.test)).toBe(1);
    expect(tuned.curve.map(({ step }) => step)).toEqual([5, 10, 15, 20, 25, 30]);
    expect(tuned.curve.at(-1)?.score).toBe(1);
    expect(tuned.test.map(({ id }) => id)).toEqual(cubes(10, 16).map(({ id }) => id));
    for (const { probabilities } of tuned.test) expect(probabilities[0] + probabilities[1]).toBeCloseTo(1, 5);
  });

  it("frozen parameters and their averages stay bit by bit, the others move, loaded ones more slowly", async () => {
    const before = decodeSafetensors(pretrained).tensors;
    const { weights } = await classify("weights", ["steps=4", "keep=last", 'freeze=["conv1.*","bn1.*","layer1.*"]']);
    const moved = Object.keys(before).filter((name) => String(before[name].data) !== String(weights[name].data));
    expect(moved.filter((name) => /^(conv1|bn1|layer1)\./.test(name))).toEqual([]);
    expect(moved).toContain("layer2.0.conv1.weight");
    expect(moved).toContain("layer4.0.bn2.running_mean");
    const held = await classify("weights", ["steps=4", "keep=last", "encoderRate=0"]);
    expect(held.weights["layer2.0.conv1.weight"].data).toEqual(before["layer2.0.conv1.weight"].data);
    expect(held.weights["layer4.0.bn2.running_mean"].data).not.toEqual(before["layer4.0.bn2.running_mean"].data);
  });

  it("weights make a difference from the first step on; the same seed does not", async () => {
    const options = ["steps=1", "validateEvery=1"];
    const [scratch, again, transferred] = [
      await classify("scratch", options),
      await classify("scratch", options),
      await classify("weights", options),
    ];
    expect(again.curve).toEqual(scratch.curve);
    expect(transferred.curve[0].loss).not.toBe(scratch.curve[0].loss);
  });

  it("resumed it ends where an uninterrupted one ends", async () => {
    const whole = await classify("weights", ["steps=6"]);
    const store = memoryStore();
    const stopper = new AbortController();
    let writes = 0;
    const stopping: Store = {
      ...store,
      append: async (path, text) => {
        if (++writes === 5) stopper.abort();
        await store.append(path, text);
      },
    };
    await expect(classify("weights", ["steps=6"], { store: stopping, stop: stopper.signal })).rejects.toThrow();
    const resumed = await classify("weights", ["steps=6"], { store });
    expect(dataOf(resumed.weights)).toEqual(dataOf(whole.weights));
    expect(resumed.curve).toEqual(whole.curve);
    expect(resumed.test).toEqual(whole.test);
  });

  it("a class without a case, a small patch and a pattern that matches nothing are refused", async () => {
    await expect(classify("scratch", ['freeze=["layer9.*"]'])).rejects.toThrow("--freeze layer9.*");
    await expect(classify("scratch", ['freeze=["*"]'])).rejects.toThrow("expected a parameter at least that learns");
    const config = resolveTransferConfig({ ...common, task: "classification", from: "scratch", assignments: quick });
    const base = {
      ...quiet,
      config,
      store: memoryStore(),
      start: startOf(config, undefined),
      validation: [],
      test: [],
    };
    const classes = ["dark", "bright", "odd"];
    await expect(fineTuneClassification({ ...base, classes, patch: EXTENTS, train: cubes(0, 4) })).rejects.toThrow(
      "got none of odd among 4",
    );
    const small = { ...base, classes: ["dark", "bright"], patch: [16, 8, 16], train: cubes(0, 4) };
    await expect(fineTuneClassification(small)).rejects.toThrow(
      "at least 16x16x16 voxels, because the encoder's stride",
    );
  });
});

describe("segmentation", () => {
  it("learns a ball; the saved ONNX says the same, and the weights load again by name", async () => {
    const assignments = [
      ...quick,
      "batch=2",
      "steps=120",
      'flips=["left-right","back-front","down-up"]',
      "learningRate=0.01",
      "encoderRate=1",
      "validateEvery=60",
      "decoder=[[8,8],[8,8],[8,8]]",
    ];
    const config = resolveTransferConfig({ ...common, task: "segmentation", from: "weights", assignments });
    const start = startOf(config, pretrained);
    const cases = Array.from({ length: 20 }, (_, n) => ball(n, 4));
    const store = memoryStore();
    const [train, validation, test] = [cases.slice(0, 16), cases.slice(16, 18), cases.slice(18)];
    const data = { classes: 2, patch: EXTENTS, train, validation, test };
    const tuned = await fineTuneSegmentation({ ...quiet, config, store, start, ...data });
    expect(tuned.curve.map(({ step }) => step)).toEqual([60, 120]);
    for (const { meanDice } of tuned.test) expect(meanDice).toBeGreaterThan(0.75);

    const network = transferNetwork(encoder, config, 2);
    const { weights } = tuned;
    const notes = {
      task: "segmentation",
      classes: ["background", "ball"],
      labels: [0, 1],
      preparation: "",
      step: 120,
    } as const;
    await saveTransferModel(store, { network, encoder, weights, patch: EXTENTS }, notes);
    const onnx = (await store.read(TRANSFER_MODEL.onnx)) ?? new Uint8Array();
    const shapes = [{ image: [1, 1, ...EXTENTS] }, { probabilities: [1, 2, ...EXTENTS] }] as const;
    const session = await loadModel(onnx, ...shapes, { threads: 1 });
    const predictor = await createPredictor(network, EXTENTS, config);
    const { probabilities } = await session.run({ image: test[0].image });
    const ours = await predictor.probabilities(weights, test[0].image);
    for (const [index, value] of probabilities.entries()) expect(value).toBeCloseTo(ours[index], 4);
    await session.dispose();
    await predictor.dispose();

    const file = (await store.read(TRANSFER_MODEL.weights)) ?? new Uint8Array();
    const again = startOf(config, file);
    expect(again.encoder).toEqual(encoder);
    expect(again.report?.dropped.every(({ name }) => name.startsWith("decoder."))).toBe(true);
    const whole = { ...network.parameters, ...network.statistics };
    const options = { subject: "file", channels: "sum" } as const;
    expect(loadReport(decodeSafetensors(file).tensors, whole, options).fresh).toEqual([]);
  });
});
