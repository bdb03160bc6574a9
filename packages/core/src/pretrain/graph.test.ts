import { compile, createRandom, gradients, initializeWeights, input, parameterCount } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { TINY_PRETRAINING } from "../../test-support/tiny-domains.ts";
import { resnetParameters } from "../networks/resnet.ts";
import { med3dResnet } from "../networks/resnet-config.ts";
import { pretrainParameters, pretrainStep, pretrainWeights } from "./graph.ts";
import { resolvePretrainConfig } from "./resolve-pretrain-config.ts";

const common = { seed: 1, preset: "fast", device: "cpu", threads: 1, synthesize: "none" } as const;
const config = resolvePretrainConfig({ ...common, assignments: TINY_PRETRAINING });
const branches = [
  { name: "a", classes: 2 },
  { name: "b", classes: 4 },
];
const SIZE = 16 ** 3;
const random = createRandom(2, "graph");
const images = random.normals(2 * SIZE);
const classes = Float32Array.from({ length: 2 * SIZE }, (_, index) => random.integer(index < SIZE ? 2 : 4));

/** The loss of each domain, and its gradients in everything that is trained. */
async function evaluate(feeds: { images: Float32Array; classes: Float32Array }) {
  const step = pretrainStep(config, branches);
  const specs = pretrainWeights(config, branches);
  const named = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const inputs = { images: input("images", step.inputs.images), classes: input("classes", step.inputs.classes) };
  const { report = {}, loss } = step.loss(inputs, named);
  const trained = Object.keys(step.parameters);
  const outputs = Object.fromEntries(
    ["a", "b"].flatMap((domain) => {
      const own = gradients(
        report[`loss.${domain}`],
        trained.map((name) => named[name]),
      );
      return trained.map((name, index) => [`${domain}/${name}`, own[index]]);
    }),
  );
  const weights = initializeWeights(specs, 3);
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const session = await compile({ ...outputs, loss, a: report["loss.a"], b: report["loss.b"] }, { fixed, threads: 1 });
  const result = await session.run(feeds);
  await session.dispose();
  const norm = (name: string): number => Math.hypot(...result[name]);
  return { result, norm };
}

describe("pretrainStep", () => {
  it("a branch learns from its own domain alone, the encoder from all; the loss is their mean", async () => {
    const { result, norm } = await evaluate({ images, classes });
    for (const part of ["weight", "bias"]) {
      expect(norm(`a/branches.b.${part}`)).toBe(0);
      expect(norm(`b/branches.a.${part}`)).toBe(0);
      expect(norm(`a/branches.a.${part}`)).toBeGreaterThan(1e-4);
      expect(norm(`b/branches.b.${part}`)).toBeGreaterThan(1e-4);
    }
    for (const domain of ["a", "b"]) expect(norm(`${domain}/conv1.weight`)).toBeGreaterThan(1e-6);
    expect(result.loss[0]).toBeCloseTo((result.a[0] + result.b[0]) / 2, 5);
  });

  it("a domain without a labeled voxel changes nothing but the normalization of the others", async () => {
    const silent = classes.slice().fill(-1, SIZE);
    const { result, norm } = await evaluate({ images, classes: silent });
    expect(result.b[0]).toBeCloseTo(0, 6);
    expect(norm("b/branches.b.weight")).toBe(0);
    expect(norm("b/conv1.weight")).toBe(0);
    expect(norm("a/conv1.weight")).toBeGreaterThan(1e-6);
  });

  it("has the encoder's parameters and a 1^3 convolution a branch", () => {
    const whole = resolvePretrainConfig(common);
    expect(parameterCount(pretrainParameters(whole, branches))).toBe(
      parameterCount(resnetParameters(med3dResnet(10))) + 512 * 6 + 6,
    );
  });
});
