import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, input, type ParameterSpecs } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { resnet, resnetParameters } from "../networks/resnet.ts";
import { med3dResnet, RESNET_LAYOUTS, type ResnetConfig } from "../networks/resnet-config.ts";
import { inferenceNorm, runningStatistics } from "../networks/resnet-norm.ts";
import { describeLoad } from "./describe-load.ts";
import { loadReport } from "./load-report.ts";
import { readWeights } from "./read-weights.ts";

// Made with MedicalNet's and 3D-ResNets-PyTorch's own code and random weights; kept outside the repository.
const FOLDER = fileURLToPath(new URL("../../../../../shared/data/golden/torch-checkpoints/", import.meta.url));
const present = existsSync(`${FOLDER}expected.json`);
if (!present) console.log(`Skipped the imported residual networks: not at ${FOLDER}`);

const json = (name: string) => (present ? JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8")) : {});
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}${name}`));

/** NumPy's format, version 1, little-endian float32 in C order. */
function readNpy(name: string): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const bytes = Buffer.from(bytesOf(name));
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  expect(header).toMatch(/'descr': '<f4', 'fortran_order': False/);
  const shape = (/\(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .filter((n) => n.trim() !== "")
    .map(Number);
  return { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer) };
}

function specsOf(config: ResnetConfig): ParameterSpecs {
  const parameters = resnetParameters(config);
  return { ...parameters, ...runningStatistics(parameters) };
}

const kinetics = { inputs: 3, layout: RESNET_LAYOUTS.kinetics } as const;
const CASES = [
  ["medicalnet_resnet10_B_w8", "zip.pth", med3dResnet(10, { widths: [8, 16, 32, 64] })],
  ["medicalnet_resnet10_B_w8", "legacy-cuda0.pth", med3dResnet(10, { widths: [8, 16, 32, 64] })],
  ["medicalnet_resnet18_A_w4", "zip.pth", med3dResnet(18, { widths: [4, 8, 16, 32] })],
  ["medicalnet_resnet50_B_w4", "legacy.pth", med3dResnet(50, { widths: [4, 8, 16, 32] })],
  ["medicalnet_train_resnet10_B_w4", "pth.tar", med3dResnet(10, { widths: [4, 8, 16, 32] })],
  ["kinetics_resnet18_A_w4", "zip.pth", med3dResnet(18, { widths: [4, 8, 16, 32], ...kinetics })],
] as const;

describe.skipIf(!present)("residual networks from torch checkpoints", () => {
  it.each(CASES)("%s.%s gives the stored features", async (name, ending, config) => {
    const file = `${name}.${ending}`;
    const report = loadReport(readWeights(bytesOf(file), file), specsOf(config), { subject: file, channels: "sum" });
    expect(report.fresh).toEqual([]);
    expect(report.dropped.every(({ name: one }) => /num_batches_tracked|^fc\.|^conv_seg\./.test(one))).toBe(true);
    const image = readNpy(json("expected.json")[name].input);
    const names = Object.keys(report.weights);
    const parameters = Object.fromEntries(names.map((one) => [one, input(one, report.weights[one].shape)]));
    const fixed = Object.fromEntries(names.map((one) => [one, report.weights[one].data]));
    const features = resnet(
      config,
      parameters,
      inferenceNorm(parameters),
      input("image", [1, ...image.shape.slice(-4)]),
    );
    const session = await compile({ features }, { fixed, threads: 1 });
    const { features: got } = await session.run({ image: image.data });
    await session.dispose();
    const stored = readNpy(`${name}.expected_layer4.npy`);
    expect(features.shape).toEqual(stored.shape);
    const largest = Math.max(...stored.data.map(Math.abs));
    const difference = Math.max(...got.map((value, i) => Math.abs(value - stored.data[i])));
    expect(difference / largest).toBeLessThan(1e-4);
  });

  it("at true width every key of the released layouts has its place", () => {
    const layouts = json("true-width-layouts.json") as Record<string, { state_dict: Record<string, number[]> }>;
    const configs: Readonly<Record<string, ResnetConfig>> = {
      medicalnet_resnet10_B: med3dResnet(10),
      medicalnet_resnet18_A: med3dResnet(18),
      medicalnet_resnet34_A: med3dResnet(34),
      medicalnet_resnet50_B: med3dResnet(50),
      kinetics_resnet18_A_fc400: med3dResnet(18, kinetics),
    };
    let compared = 0;
    for (const [name, config] of Object.entries(configs)) {
      const state = layouts[name]?.state_dict;
      if (state === undefined) continue;
      const own = Object.entries(state).map(([key, shape]) => [key.replace(/^module\./, ""), shape] as const);
      const kept = own.filter(([key]) => !/num_batches_tracked|^fc\./.test(key));
      const specs = Object.entries(specsOf(config)).map(([key, { shape }]) => [key, [...shape]]);
      expect(Object.fromEntries(specs), name).toEqual(Object.fromEntries(kept));
      compared++;
    }
    expect(compared).toBe(5);
  });

  it("wrong_shapes.pth: all four differences are reported", () => {
    const file = "hostile/wrong_shapes.pth";
    const specs = specsOf(med3dResnet(10, { widths: [4, 8, 16, 32] }));
    const report = loadReport(readWeights(bytesOf(file), file), specs, { subject: file, channels: "mean" });
    expect(report.reshaped).toEqual([
      { name: "conv1.weight", shape: [4, 1, 7, 7, 7], note: "mean of 3 input channels" },
    ]);
    expect(report.fresh).toEqual([
      { name: "layer2.0.conv1.weight", shape: [8, 4, 3, 3, 3], note: "the file has [8, 4, 3, 3, 2]" },
      { name: "layer3.0.bn1.running_var", shape: [16], note: "not in the file" },
    ]);
    const dropped = report.dropped.filter(({ name }) => !/num_batches_tracked|^conv_seg/.test(name));
    expect(dropped.map(({ name }) => name).sort()).toEqual(["layer2.0.conv1.weight", "unexpected.weight"]);
    for (const name of ["conv1", "layer2.0.conv1", "layer3.0.bn1.running_var", "unexpected"]) {
      expect(describeLoad(report)).toContain(name);
    }
  });

  it("another depth or width is refused or told", () => {
    const file = "medicalnet_resnet10_B_w8.zip.pth";
    const found = readWeights(bytesOf(file), file);
    const wide = loadReport(found, specsOf(med3dResnet(50, { widths: [8, 16, 32, 64] })), {
      subject: file,
      channels: "sum",
    });
    expect(wide.fresh.length).toBeGreaterThan(200);
    expect(() => loadReport(found, specsOf(med3dResnet(10)), { subject: file, channels: "sum" })).toThrow(/none fits/);
  });
});
