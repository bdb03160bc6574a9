import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, input, type Tensor } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { classifier, classifierParameters } from "./med3d-heads-classifier.ts";
import { convSeg, convSegParameters } from "./med3d-heads-conv-seg.ts";
import { resnet, resnetParameters } from "./resnet.ts";
import { med3dResnet, RESNET_LAYOUTS, type ResnetConfig, resnetChannels } from "./resnet-config.ts";
import { inferenceNorm, runningStatistics } from "./resnet-norm.ts";

// Made with MedicalNet's and 3D-ResNets-PyTorch's own code and random weights; kept outside the repository.
const FOLDER = fileURLToPath(new URL("../../../../../shared/data/golden/torch-checkpoints/", import.meta.url));
const present = existsSync(`${FOLDER}expected.json`);
if (!present) console.log(`Skipped the residual networks' stored outputs: not at ${FOLDER}`);

interface Fixture {
  readonly depth: number;
  readonly shortcut: "A" | "B";
  readonly widths: readonly number[];
  readonly input: string;
  readonly state_dict: Readonly<Record<string, { readonly shape: readonly number[]; readonly sha256_raw_LE: string }>>;
}

const json = (name: string) => JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8"));
const fixtures: Readonly<Record<string, Fixture>> = present ? json("expected.json") : {};

interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** NumPy's format, version 1, little-endian float32 in C order. */
function readNpy(name: string): NpyArray {
  const bytes = readFileSync(`${FOLDER}${name}`);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  expect(header).toMatch(/'descr': '<f4', 'fortran_order': False/);
  const shape = (/\(([^)]*)\)/.exec(header)?.[1] ?? "").split(",").flatMap((n) => (n.trim() === "" ? [] : [Number(n)]));
  return { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer) };
}

/**
 * A tensor's bytes in a checkpoint of the old format, where each follows the count of its values: found by their
 * hash, so that no pickle has to be read.
 */
function findTensor(bytes: Buffer, shape: readonly number[], sha256: string): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1);
  const mark = Buffer.alloc(8);
  mark.writeBigInt64LE(BigInt(count));
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    const raw = bytes.subarray(at + 8, at + 8 + 4 * count);
    if (createHash("sha256").update(raw).digest("hex") === sha256) {
      return new Float32Array(Uint8Array.from(raw).buffer);
    }
  }
  throw new Error(`no tensor of ${count} values with hash ${sha256}`);
}

/** All weights of a checkpoint by name, without `module.` and without the counters of batches. */
function weightsOf(file: string, { state_dict }: Fixture): Record<string, NpyArray> {
  const bytes = readFileSync(`${FOLDER}${file}`);
  const own = Object.entries(state_dict).filter(([name]) => !name.endsWith("num_batches_tracked"));
  return Object.fromEntries(
    own.map(([name, { shape, sha256_raw_LE: hash }]) => {
      return [name.replace(/^module\./, ""), { shape, data: findTensor(bytes, shape, hash) }];
    }),
  );
}

function configOf({ depth, shortcut, widths }: Fixture): ResnetConfig {
  return med3dResnet(depth, { shortcut, widths });
}

type Outputs = (x: Tensor, parameters: Record<string, Tensor>) => Record<string, Tensor>;

async function expectStored(name: string, file: string, outputs: Outputs, tolerance: number): Promise<void> {
  const fixture = fixtures[name];
  const weights = weightsOf(file, fixture);
  const image = readNpy(fixture.input);
  const parameters = Object.fromEntries(Object.entries(weights).map(([key, { shape }]) => [key, input(key, shape)]));
  const shape = image.shape.length === 4 ? [1, ...image.shape] : image.shape;
  const session = await compile(outputs(input("image", shape), parameters), { threads: 1 });
  const results = await session.run({
    image: image.data,
    ...Object.fromEntries(Object.entries(weights).map(([key, { data }]) => [key, data])),
  });
  for (const [key, got] of Object.entries(results)) {
    const expected = readNpy(`${name}.expected_${key}.npy`);
    expect(session.outputs[key]).toEqual(expected.shape);
    const worst = got.reduce((most, value, at) => Math.max(most, Math.abs(value - expected.data[at])), 0);
    expect(worst, key).toBeLessThan(tolerance);
  }
  await session.dispose();
}

describe.skipIf(!present)("residual networks against PyTorch", () => {
  const FILES = {
    medicalnet_resnet10_B_w8: "legacy-cuda0.pth",
    medicalnet_resnet18_A_w4: "legacy.pth",
    medicalnet_resnet50_B_w4: "legacy.pth",
  };
  for (const [name, ending] of Object.entries(FILES)) {
    it(`${name}: names and features`, async () => {
      const config = configOf(fixtures[name]);
      const specs = resnetParameters(config);
      const own = { ...specs, ...runningStatistics(specs) };
      const theirs = weightsOf(`${name}.${ending}`, fixtures[name]);
      expect(Object.fromEntries(Object.entries(own).map(([key, { shape }]) => [key, shape]))).toEqual(
        Object.fromEntries(Object.entries(theirs).map(([key, { shape }]) => [key, shape])),
      );
      const outputs: Outputs = (x, parameters) => ({
        layer4: resnet(config, parameters, inferenceNorm(parameters), x),
      });
      await expectStored(name, `${name}.${ending}`, outputs, name.includes("50") ? 2e-3 : 2e-4);
    });
  }

  it("the decoder that MedicalNet ships, from a training checkpoint", async () => {
    const name = "medicalnet_train_resnet10_B_w4";
    const config = configOf(fixtures[name]);
    const specs = { ...resnetParameters(config), ...convSegParameters({ inputs: resnetChannels(config), classes: 2 }) };
    const own = Object.entries({ ...specs, ...runningStatistics(specs) });
    const theirs = weightsOf(`${name}.pth.tar`, fixtures[name]);
    expect(Object.fromEntries(own.map(([key, { shape }]) => [key, shape]))).toEqual(
      Object.fromEntries(Object.entries(theirs).map(([key, { shape }]) => [key, shape])),
    );
    const outputs: Outputs = (x, parameters) => {
      const normalize = inferenceNorm(parameters);
      const layer4 = resnet(config, parameters, normalize, x);
      return { layer4, conv_seg: convSeg(parameters, normalize, layer4) };
    };
    await expectStored(name, `${name}.pth.tar`, outputs, 2e-4);
  });

  it("Kinetics: strides instead of dilations, three channels, a classifier", async () => {
    const name = "kinetics_resnet18_A_w4";
    const config: ResnetConfig = { ...configOf(fixtures[name]), inputs: 3, layout: RESNET_LAYOUTS.kinetics };
    const names = Object.keys(fixtures[name].state_dict);
    for (const key of Object.keys(classifierParameters({ inputs: 32, classes: 10 }))) expect(names).toContain(key);
    const outputs: Outputs = (x, parameters) => {
      const layer4 = resnet(config, parameters, inferenceNorm(parameters), x);
      return { layer4, fc: classifier(parameters, layer4) };
    };
    await expectStored(name, `${name}.legacy.pth`, outputs, 2e-4);
  });

  it("at full width every key and shape is MedicalNet's", () => {
    const layouts: Record<string, { parameters: number; state_dict: Record<string, readonly number[]> }> =
      json("true-width-layouts.json");
    for (const depth of [10, 18, 34, 50]) {
      const config = med3dResnet(depth);
      const specs = resnetParameters(config);
      const stored = layouts[`medicalnet_resnet${depth}_${config.shortcut}`].state_dict;
      const theirs = Object.entries(stored).filter(([key]) => !key.endsWith("num_batches_tracked"));
      const own = Object.entries({ ...specs, ...runningStatistics(specs) });
      expect(Object.fromEntries(own.map(([key, { shape }]) => [`module.${key}`, shape]))).toEqual(
        Object.fromEntries(theirs),
      );
    }
  });
});
