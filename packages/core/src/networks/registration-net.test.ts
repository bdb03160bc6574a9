import { compile, initializeWeights, input, parameterCount, type Tensor } from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import {
  type RegistrationConfig,
  registrationField,
  registrationNet,
  registrationParameters,
} from "./registration-net.ts";

const paper: RegistrationConfig = {
  spatialRank: 3,
  encoder: [16, 32, 32, 32],
  decoder: [32, 32, 32, 32, 32, 16, 16],
  downsampling: "max-pool",
  fieldResolution: "full",
  integrationSteps: 0,
};
const voxelmorph: RegistrationConfig = { ...paper, family: "voxelmorph" };
const small: RegistrationConfig = { ...paper, encoder: [2, 3, 4], decoder: [4, 3, 2] };

describe("registrationParameters", () => {
  test("brainstorm's code trains 298,681 parameters", () => {
    expect(parameterCount(registrationParameters(paper))).toBe(298_681);
  });
  test("VoxelMorph's default has 327,331 parameters", () => {
    expect(parameterCount(registrationParameters(voxelmorph))).toBe(327_331);
  });
});

/** Runs a network on ramps and returns the displacement. */
async function displacementOf(config: RegistrationConfig, extents: readonly number[]): Promise<Float32Array> {
  const shape = [1, 1, ...extents];
  const [moving, fixed] = [input("moving", shape), input("fixed", shape)];
  const weights = initializeWeights(registrationParameters(config), 3);
  const parameters: Record<string, Tensor> = {};
  const feeds: Record<string, Float32Array> = {};
  for (const [name, { shape: own, data }] of Object.entries(weights)) {
    parameters[name] = input(name, own);
    feeds[name] = data;
  }
  const displacement = registrationNet(config, parameters, moving, fixed);
  expect(displacement.shape).toEqual([1, extents.length, ...extents]);
  const session = await compile({ displacement }, { threads: 1 });
  const count = extents.reduce((a, b) => a * b);
  feeds.moving = Float32Array.from({ length: count }, (_, index) => (index % 7) / 7);
  feeds.fixed = Float32Array.from({ length: count }, (_, index) => (index % 5) / 5);
  const result = await session.run(feeds);
  await session.dispose();
  return result.displacement;
}

describe("registrationNet", () => {
  const variants: Record<string, RegistrationConfig> = {
    brainstorm: small,
    "brainstorm, stride": { ...small, downsampling: "stride" },
    voxelmorph: { ...small, family: "voxelmorph" },
    "voxelmorph, stride": { ...small, family: "voxelmorph", downsampling: "stride", decoder: [4, 3, 2, 2] },
    "half resolution": { ...small, fieldResolution: "half" },
    "half resolution, velocity": { ...small, fieldResolution: "half", integrationSteps: 2 },
    "two dimensions": { ...small, spatialRank: 2 },
  };
  for (const [name, config] of Object.entries(variants)) {
    test(`${name}: any extents, starts next to the identity`, async () => {
      const extents = config.spatialRank === 2 ? [13, 18] : [9, 13, 10];
      const values = await displacementOf(config, extents);
      expect(values.every((value) => Math.abs(value) < 0.01)).toBe(true);
      expect(values.some((value) => value !== 0)).toBe(true);
    });
  }

  test("half resolution: no feature of the network is as large as the image", () => {
    const images = [input("m", [1, 1, 16, 16, 16]), input("f", [1, 1, 16, 16, 16])];
    const config: RegistrationConfig = { ...small, fieldResolution: "half" };
    const parameters = Object.fromEntries(
      Object.entries(registrationParameters(config)).map(([name, { shape }]) => [name, input(name, shape)]),
    );
    expect(registrationField(config, parameters, images[0], images[1]).shape).toEqual([1, 3, 8, 8, 8]);
    const odd = [input("m", [1, 1, 9, 1, 6]), input("f", [1, 1, 9, 1, 6])];
    expect(registrationField(config, parameters, odd[0], odd[1]).shape).toEqual([1, 3, 5, 1, 3]);
  });
});
