import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { initializeWeights, type Weights } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { med3dResnet } from "../networks/resnet-config.ts";
import { encodeStateDict } from "../weights/state-dict-names.ts";
import { resolveTransferConfig, type TransferConfigRequest } from "./resolve-transfer-config.ts";
import { encoderSpecs, SCRATCH, startOf } from "./start-weights.ts";

const request: TransferConfigRequest = {
  ...{ seed: 3, preset: "fast", device: "cpu", threads: 1, task: "classification", from: "weights.safetensors" },
};
const config = (...assignments: readonly string[]) => resolveTransferConfig({ ...request, assignments });
const widths = [4, 4, 8, 8] as const;

function weightsOf(depth: number, changes: Parameters<typeof med3dResnet>[1] = {}): Weights {
  return initializeWeights(encoderSpecs(med3dResnet(depth, { widths, ...changes })), 1);
}

// Written by torch itself from random numbers; kept outside the repository with their source.
const FOLDER = fileURLToPath(new URL("../../../../../shared/data/golden/torch-checkpoints/", import.meta.url));
const present = existsSync(`${FOLDER}expected.json`);
if (!present) console.log(`Skipped the torch checkpoints: not at ${FOLDER}`);

describe.skipIf(!present)("checkpoints of torch", () => {
  it.each([
    ["medicalnet_resnet10_B_w8.zip.pth", { depth: 10, shortcut: "B", widths: [8, 16, 32, 64] }, 0],
    ["medicalnet_resnet18_A_w4.legacy.pth", { depth: 18, shortcut: "A", widths: [4, 8, 16, 32] }, 0],
    ["medicalnet_resnet50_B_w4.zip.pth", { depth: 50, shortcut: "B", widths: [4, 8, 16, 32] }, 0],
    ["kinetics_resnet18_A_w4.zip.pth", { depth: 18, shortcut: "A", widths: [4, 8, 16, 32] }, 1],
    ["medicalnet_train_resnet10_B_w4.pth.tar", { depth: 10, shortcut: "B", widths: [4, 8, 16, 32] }, 0],
  ])("%s is taken whole", (name, encoder, reshaped) => {
    const { encoder: found, report } = startOf(config(), new Uint8Array(readFileSync(`${FOLDER}${name}`)));
    expect(found).toMatchObject(encoder);
    expect({ fresh: report?.fresh, reshaped: report?.reshaped.length }).toEqual({ fresh: [], reshaped });
  });
});

describe("start of a transfer", () => {
  it.each([
    [10, { shortcut: "B" }],
    [18, { shortcut: "A" }],
    [34, { shortcut: "B" }],
    [50, { shortcut: "B", activation: "pre" }],
  ] as const)("tells ResNet-%i from names and shapes (%j)", (depth, changes) => {
    const start = startOf(config(), encodeStateDict(weightsOf(depth, changes)));
    expect(start.encoder).toEqual(med3dResnet(depth, { widths, ...changes }));
    expect(start.report?.fresh).toEqual([]);
    expect(start.report?.dropped).toEqual([]);
  });

  it("sums a first convolution for color images, and tells what is fresh and dropped", () => {
    const { "conv1.weight": first, "bn1.weight": left, ...rest } = weightsOf(10);
    const color = { shape: [4, 3, 7, 7, 7], data: Float32Array.from({ length: 3 * first.data.length }, () => 1) };
    const others = { "fc.weight": { shape: [2, 8], data: new Float32Array(16) } };
    const { report, weights } = startOf(config(), encodeStateDict({ ...rest, "conv1.weight": color, ...others }));
    expect(left.shape).toEqual([4]);
    expect(report?.reshaped.map(({ name }) => name)).toEqual(["conv1.weight"]);
    expect(report?.fresh.map(({ name }) => name)).toEqual(["bn1.weight"]);
    expect(report?.dropped.map(({ name }) => name)).toEqual(["fc.weight"]);
    expect(weights["conv1.weight"].data[0]).toBe(3);
  });

  it("from scratch it is what the settings say", () => {
    const scratch = resolveTransferConfig({ ...request, from: SCRATCH, assignments: ["depth=18", "shortcut=B"] });
    const { encoder, weights } = startOf(scratch, undefined);
    expect({ depth: encoder.depth, shortcut: encoder.shortcut, weights }).toEqual({
      ...{ depth: 18, shortcut: "B", weights: {} },
    });
  });

  it.each([
    [["depth=50"], "expected weights of a ResNet-50, got weights that look like a ResNet-10, widths 4"],
    [["widths=[64,128,256,512]"], "with widths 64,128,256,512, got weights that look like a ResNet-10"],
    [["shortcut=A"], "with shortcut A, got"],
  ])("weights that are not %j are refused in one line", (assignments, words) => {
    const attempt = () => startOf(config(...assignments), encodeStateDict(weightsOf(10)));
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(words);
  });

  it("weights of something else, and of a depth that does not exist, are refused", () => {
    const other = encodeStateDict({ "unet.weight": { shape: [2], data: new Float32Array(2) } });
    expect(() => startOf(config(), other)).toThrow("expected a residual encoder of depth 10");
    const { "layer2.0.conv1.weight": _, ...cut } = weightsOf(18);
    expect(() => startOf(config(), encodeStateDict(cut))).toThrow("got stages of 2, 0, 2, 2 blocks");
  });

  it("settings: unknown names come with those that are near, values are checked", () => {
    expect(() => config("step=3")).toThrow("Did you mean steps,");
    expect(() => config("steps=0")).toThrow("settings: steps");
    expect(() => resolveTransferConfig({ ...request, overlay: { flips: ["sideways"] } })).toThrow("settings: flips");
  });
});
