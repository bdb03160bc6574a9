import {
  compile,
  concat,
  conv,
  createRandom,
  initializeWeights,
  input,
  type ParameterSpecs,
  reduceSum,
  sizeOf,
  type Tensor,
  upsampleNearest,
} from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { type AppearanceNetConfig, appearanceNet, appearanceParameters } from "./appearance-net.ts";
import { type RegistrationConfig, registrationNet, registrationParameters } from "./registration-net.ts";
import { spatialLayers } from "./spatial-layers.ts";
import { type UnetConfig, unet, unetParameters } from "./unet.ts";

const [DEPTH, H, W] = [48, 12, 8];
const random = createRandom(4, "slice");
const slices = [0, 1].map(() => Float32Array.from({ length: H * W }, () => random.uniform()));

type Network = (parameters: Readonly<Record<string, Tensor>>, one: Tensor, other: Tensor) => Tensor;

/** The network's answer on two images of `depth` equal slices, `[channels, depth, H, W]`. */
async function answer(specs: ParameterSpecs, network: Network, depth: number): Promise<Float32Array> {
  const shape = [1, 1, depth, H, W];
  const parameters: Record<string, Tensor> = {};
  const feeds: Record<string, Float32Array> = {};
  for (const [name, { shape: own, data }] of Object.entries(initializeWeights(specs, 3))) {
    parameters[name] = input(name, own);
    feeds[name] = data;
  }
  for (const [name, slice] of [["one", slices[0]] as const, ["other", slices[1]] as const]) {
    feeds[name] = Float32Array.from({ length: depth * H * W }, (_, voxel) => slice[voxel % (H * W)]);
  }
  const result = network(parameters, input("one", shape), input("other", shape));
  const session = await compile({ result }, { threads: 1 });
  const values = (await session.run(feeds)).result;
  await session.dispose();
  return values;
}

/** What the middle slice of a deep stack gets, the slice alone must get: the stack's ends, where zeros are, are far. */
async function expectAsInStack(specs: ParameterSpecs, network: Network, channels: readonly number[]): Promise<void> {
  const alone = await answer(specs, network, 1);
  const stack = await answer(specs, network, DEPTH);
  const scale = Math.max(...alone.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  for (const channel of channels) {
    for (let voxel = 0; voxel < H * W; voxel++) {
      const inStack = stack[(channel * DEPTH + DEPTH / 2) * H * W + voxel];
      expect(Math.abs(alone[channel * H * W + voxel] - inStack) / scale).toBeLessThan(1e-5);
    }
  }
}

describe("a slice gets what the middle of a stack of equal slices gets, from the same parameters", () => {
  test("U-Net", async () => {
    const config: UnetConfig = {
      ...{ spatialRank: 3, inputs: 1, channels: [3, 4, 5], classes: 2, convolutions: 2, norm: "none" },
    };
    await expectAsInStack(unetParameters(config), (p, one) => unet(config, p, one), [0, 1]);
  });

  test("appearance network", async () => {
    const config: AppearanceNetConfig = { encoder: [3, 4], decoder: [4, 3] };
    await expectAsInStack(appearanceParameters(config), (p, one, other) => appearanceNet(config, p, one, other), [0]);
  });

  const base: RegistrationConfig = {
    ...{ spatialRank: 3, encoder: [3, 4], decoder: [4, 3], downsampling: "max-pool" },
    ...{ fieldResolution: "half", integrationSteps: 0 },
  };
  const variants: Record<string, RegistrationConfig> = {
    "half resolution": base,
    "full resolution": { ...base, fieldResolution: "full" },
    "velocity, stride": { ...base, integrationSteps: 2, downsampling: "stride" },
    voxelmorph: { ...base, family: "voxelmorph" },
  };
  test.each(Object.keys(variants))("registration, %s: in its plane, and nothing across it", async (name) => {
    const config = variants[name];
    const network: Network = (p, one, other) => registrationNet(config, p, one, other);
    await expectAsInStack(registrationParameters(config), network, [1, 2]);
    const displacement = await answer(registrationParameters(config), network, 1);
    expect(displacement).toHaveLength(3 * H * W);
    expect(displacement.subarray(0, H * W).every((value) => value === 0)).toBe(true);
  });
});

describe("a decoder's convolution is that of the doubled image and the skip behind it", () => {
  test.each([
    ["few voxels", [4, 5, 6], 2],
    ["many voxels", [5, 6, 7], 2],
    ["a slice of few voxels", [1, 8, 9], 1],
    ["a slice of many voxels", [1, 12, 16], 1],
  ])("%s", async (_, extents, depth) => {
    const doubled = [depth * extents[0], 2 * extents[1], 2 * extents[2]];
    const x = input("x", [2, 3, ...extents]);
    const skip = input("skip", [2, 2, ...doubled]);
    const [weight, bias] = [input("weight", [4, 5, 3, 3, 3]), input("bias", [4])];
    const joined = concat([upsampleNearest(x, [depth, 2, 2]), skip]);
    const plain = conv(joined, depth === 1 ? reduceSum(weight, [2]) : weight, bias);
    const result = spatialLayers(doubled).convWithSkip(x, skip, weight, bias);
    const feeds = Object.fromEntries(
      Object.entries({ x, skip, weight, bias }).map(([name, { shape }]) => [name, random.normals(sizeOf(shape))]),
    );
    const session = await compile({ plain, result }, { threads: 1 });
    const values = await session.run(feeds);
    await session.dispose();
    const worst = values.result.reduce((most, value, at) => Math.max(most, Math.abs(value - values.plain[at])), 0);
    expect(values.result).toHaveLength(values.plain.length);
    expect(worst / Math.max(...values.plain.map(Math.abs))).toBeLessThan(1e-6);
  });

  test("without a skip the image stays as it is", () => {
    const [x, weight] = [input("x", [1, 2, 4, 4, 4]), input("weight", [3, 2, 3, 3, 3])];
    expect(spatialLayers([4, 4, 4]).convWithSkip(x, undefined, weight).shape).toEqual([1, 3, 4, 4, 4]);
  });
});

test("volumes get the plain layers: no node more, a deep level of one voxel included", () => {
  const { conv, maxPool, repeatFlat, stayInPlane } = spatialLayers([2, 4, 4]);
  const x = maxPool(input("x", [1, 2, 2, 4, 4]));
  expect(x.shape).toEqual([1, 2, 1, 2, 2]);
  const weight = input("w", [3, 2, 3, 3, 3]);
  expect(conv(x, weight).inputs[1]).toBe(weight);
  expect(repeatFlat(x)).toBe(x);
  expect(stayInPlane(x)).toBe(x);
});
