import { initializeWeights } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { resnetParameters } from "../networks/resnet.ts";
import { med3dResnet } from "../networks/resnet-config.ts";
import { unetParameters } from "../networks/unet.ts";
import { loadReport } from "./load-report.ts";
import { readWeights } from "./read-weights.ts";
import { encodeStateDict, parameterName, stateDictName } from "./state-dict-names.ts";

const specs = unetParameters({
  spatialRank: 3,
  inputs: 1,
  channels: [4, 8],
  classes: 2,
  convolutions: 2,
  norm: "instance",
});
const weights = initializeWeights(specs, 3);

describe("a state_dict as safetensors", () => {
  it("has PyTorch's names and comes back bit for bit", () => {
    const found = readWeights(encodeStateDict(weights), "unet.safetensors");
    expect(Object.keys(found).filter((name) => /scale|shift/.test(name))).toEqual([]);
    expect(found["encoder.0.0.norm.weight"].shape).toEqual([4]);
    const report = loadReport(found, specs, { subject: "unet", channels: "sum", rename: parameterName });
    expect(report).toMatchObject({ reshaped: [], fresh: [], dropped: [] });
    expect(report.weights).toEqual(weights);
  });

  it("leaves the names of Med3D's encoders as they are", () => {
    const names = Object.keys(resnetParameters(med3dResnet(10)));
    expect(names.map(stateDictName)).toEqual(names);
  });

  it("takes names of another model", () => {
    const found = readWeights(
      encodeStateDict(weights, (name) => `module.net.${name}`),
      "unet.safetensors",
    );
    expect(Object.keys(found)).toContain("net.head.weight");
  });

  it("is told from a pickle by more than its first bytes", () => {
    const array = { shape: [1], data: Float32Array.of(3) };
    for (let length = 1; length < 1300; length += 8) {
      const name = "n".repeat(length); // the header's length runs through 0x80 0x00 to 0x80 0x05
      expect(readWeights(encodeStateDict({ [name]: array }), "long.safetensors")).toEqual({ [name]: array });
    }
  });

  it("refuses two parameters of one name", () => {
    expect(() => encodeStateDict(weights, () => "same")).toThrow(InputError);
  });
});
