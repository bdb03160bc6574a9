import { input, type ParameterSpecs, parameterCount, type Tensor } from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { InputError } from "../errors.ts";
import { resnet, resnetFeatures, resnetParameters } from "./resnet.ts";
import {
  med3dResnet,
  RESNET_DEPTHS,
  RESNET_LAYOUTS,
  type ResnetConfig,
  resnetChannels,
  resnetStride,
} from "./resnet-config.ts";
import { inferenceNorm, runningStatistics } from "./resnet-norm.ts";

function symbols(specs: ParameterSpecs): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
}

function networkOf(config: ResnetConfig): Record<string, Tensor> {
  const parameters = resnetParameters(config);
  return symbols({ ...parameters, ...runningStatistics(parameters) });
}

describe("resnetParameters", () => {
  // Counted from MedicalNet's code, in millions; its README's table differs by at most 0.18 from depth 50 on.
  const MILLIONS = { 10: 14.356, 18: 32.986, 34: 63.296, 50: 46.155, 101: 85.201, 152: 117.36, 200: 126.56 };
  const README = { 10: 14.36, 18: 32.99, 34: 63.31, 50: 46.21, 101: 85.31, 152: 117.51, 200: 126.74 };
  for (const depth of RESNET_DEPTHS) {
    test(`depth ${depth} has ${MILLIONS[depth]} million parameters`, () => {
      const count = parameterCount(resnetParameters(med3dResnet(depth))) / 1e6;
      expect(count).toBeCloseTo(MILLIONS[depth], 3);
      expect(Math.abs(count - README[depth])).toBeLessThan(0.2);
    });
  }

  test("pre-activation moves the normalizations: their channels and nothing else change", () => {
    const count = (activation: "pre" | "post"): number =>
      parameterCount(resnetParameters(med3dResnet(200, { activation })));
    // Bottleneck: bn1 has the block's inputs instead of the width, bn3 the width instead of four times it.
    const blocks = [3, 24, 36, 3];
    const difference = [64, 128, 256, 512].reduce((sum, width, stage) => {
      const inputs = (index: number): number => (index > 0 ? 4 * width : stage === 0 ? 64 : 2 * width);
      const change = Array.from({ length: blocks[stage] }, (_, index) => inputs(index) - width + width - 4 * width);
      return sum + 2 * change.reduce((a, b) => a + b);
    }, 0);
    expect(count("pre") - count("post")).toBe(difference);
  });

  test("shortcut B adds a convolution and a normalization where the channels change, A nothing", () => {
    const count = (shortcut: "A" | "B"): number => parameterCount(resnetParameters(med3dResnet(18, { shortcut })));
    expect(count("B") - count("A")).toBe(64 * 128 + 128 * 256 + 256 * 512 + 2 * (128 + 256 + 512));
  });

  test("a depth that nobody has built is bad input", () => {
    expect(() => med3dResnet(51)).toThrow(InputError);
    expect(() => med3dResnet(51)).toThrow(/expected one of 10, 18, 34/);
  });
});

describe("resnet", () => {
  const narrow = { widths: [2, 3, 4, 5] };
  const CONFIGS: Readonly<Record<string, ResnetConfig>> = {
    "10, B": med3dResnet(10, narrow),
    "18, A": med3dResnet(18, narrow),
    "50, B": med3dResnet(50, narrow),
    "50, A": med3dResnet(50, { ...narrow, shortcut: "A" }),
    "200, pre-activated": med3dResnet(200, { ...narrow, activation: "pre" }),
    "18, Kinetics": med3dResnet(18, { ...narrow, inputs: 3, layout: RESNET_LAYOUTS.kinetics }),
  };
  for (const [name, config] of Object.entries(CONFIGS)) {
    for (const extents of [
      [16, 16, 16],
      [17, 24, 9],
      [1, 2, 33],
    ]) {
      test(`${name}: ${extents} voxels become that over the stride, rounded up`, () => {
        const image = input("image", [2, config.inputs, ...extents]);
        const stride = resnetStride(config);
        const features = resnet(config, networkOf(config), inferenceNorm(networkOf(config)), image);
        const expected = extents.map((extent, axis) => Math.ceil(extent / stride[axis]));
        expect(features.shape).toEqual([2, resnetChannels(config), ...expected]);
      });
    }
  }

  test("Med3D's strides are 2, 4, 8, 8, 8", () => {
    const config = med3dResnet(10);
    expect(resnetStride(config)).toEqual([8, 8, 8]);
    const parameters = networkOf(config);
    const { stem, stages } = resnetFeatures(
      config,
      parameters,
      inferenceNorm(parameters),
      input("x", [1, 1, 48, 48, 48]),
    );
    expect(stem.shape).toEqual([1, 64, 24, 24, 24]);
    expect(stages.map(({ shape }) => shape.slice(1, 3))).toEqual([
      [64, 12],
      [128, 6],
      [256, 6],
      [512, 6],
    ]);
  });
});
