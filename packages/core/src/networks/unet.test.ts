import { input, parameterCount, type Tensor } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { type UnetConfig, unet, unetLevels, unetParameters } from "./unet.ts";

const config: UnetConfig = {
  spatialRank: 3,
  inputs: 1,
  channels: [16, 32, 64],
  classes: 3,
  convolutions: 2,
  norm: "instance",
};

function symbols(of: UnetConfig): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(unetParameters(of)).map(([name, { shape }]) => [name, input(name, shape)]));
}

test("the 2-D segmenter of Zhao 2019 has 1,781,791 parameters", () => {
  const paper: UnetConfig = {
    spatialRank: 2,
    inputs: 1,
    channels: [32, 32, 64, 64, 128, 128],
    decoder: [128, 128, 64, 64, 32, 32],
    classes: 31,
    convolutions: 2,
    norm: "none",
  };
  expect(parameterCount(unetParameters(paper))).toBe(1_781_791);
});

test("logits on the image's own grid, whatever its extents", () => {
  const image = input("image", [2, 1, 9, 14, 11]);
  expect(unet(config, symbols(config), image).shape).toEqual([2, 3, 9, 14, 11]);
});

test("deep supervision adds logits at the coarser levels", () => {
  const deep: UnetConfig = { ...config, deepSupervision: true };
  const image = input("image", [1, 1, 8, 12, 8]);
  const levels = unetLevels(deep, symbols(deep), image).map(({ shape }) => shape);
  expect(levels).toEqual([
    [1, 3, 8, 12, 8],
    [1, 3, 4, 6, 4],
  ]);
});
