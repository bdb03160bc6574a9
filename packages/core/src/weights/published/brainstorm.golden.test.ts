import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  compile,
  input,
  type ParameterSpecs,
  type Parameters,
  parameterCount,
  type Tensor,
  type Weights,
  warp,
} from "@voxelsmith/engine";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { loadReport } from "../load-report.ts";
import { readWeights } from "../read-weights.ts";
import {
  brainstormAppearanceName,
  brainstormAppearanceNet,
  brainstormAppearanceParameters,
} from "./brainstorm-appearance.ts";
import { brainstormFlow, brainstormSpatialNet, brainstormSpatialParameters } from "./brainstorm-spatial.ts";

// Computed in float64 by another implementation from the published files; kept outside the repository.
const FOLDER = fileURLToPath(new URL("../../../../../../shared/data/golden/published-weights/", import.meta.url));
const present = existsSync(`${FOLDER}report.json`);
if (!present) console.log(`Skipped the published models' outputs: not at ${FOLDER}`);

/** Arrays of an .npz in C order; bytes are images in 0..255 and become 0..1, as the models take them. */
function readNpz(name: string): (array: string) => Float32Array {
  const records = unzipSync(new Uint8Array(readFileSync(`${FOLDER}${name}`)));
  return (array) => {
    const bytes = Buffer.from(records[`${array}.npy`]);
    const start = 10 + bytes.readUInt16LE(8);
    const header = bytes.toString("latin1", 10, start);
    expect(header).toMatch(/'descr': '(<f4|\|u1)', 'fortran_order': False/);
    const raw = Uint8Array.from(bytes.subarray(start));
    return header.includes("<f4") ? new Float32Array(raw.buffer) : Float32Array.from(raw, (value) => value / 255);
  };
}

/** [D, H, W, 3] to [3, D, H, W]. */
function channelsFirst(values: Float32Array): Float32Array {
  const voxels = values.length / 3;
  return Float32Array.from(values, (_, i) => values[(i % voxels) * 3 + Math.floor(i / voxels)]);
}

function load(file: string, specs: ParameterSpecs, rename?: (name: string) => string): Weights {
  const found = readWeights(new Uint8Array(readFileSync(`${FOLDER}${file}`)), file);
  const options = { subject: file, channels: "sum", ...(rename === undefined ? {} : { rename }) } as const;
  const report = loadReport(found, specs, options);
  expect(report.fresh).toEqual([]);
  expect(report.dropped).toEqual([]);
  return report.weights;
}

/** Runs `build` on the weights and on two images, and gives its outputs. */
async function run(
  weights: Weights,
  extents: readonly number[],
  images: readonly Float32Array[],
  build: (parameters: Parameters, first: Tensor, second: Tensor) => Record<string, Tensor>,
): Promise<Record<string, Float32Array>> {
  const names = Object.keys(weights);
  const parameters = Object.fromEntries(names.map((name) => [name, input(name, weights[name].shape)]));
  const [first, second] = ["first", "second"].map((name) => input(name, [1, 1, ...extents]));
  const fixed = Object.fromEntries(names.map((name) => [name, weights[name].data]));
  const session = await compile(build(parameters, first, second), { fixed, threads: 1 });
  const outputs = await session.run({ first: images[0], second: images[1] });
  await session.dispose();
  return outputs;
}

/** Largest difference over the largest stored value. */
function expectClose(got: Float32Array, stored: Float32Array): void {
  expect(got.length).toBe(stored.length);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < stored.length; i++) {
    difference = Math.max(difference, Math.abs(got[i] - stored[i]));
    largest = Math.max(largest, Math.abs(stored[i]));
  }
  expect(largest).toBeGreaterThan(0.1);
  expect(difference / largest).toBeLessThan(1e-4);
}

describe.skipIf(!present)("brainstorm's published models", () => {
  it.each([
    ["spatial_transform_model.h5", "spatial_16x32x48", "fwd", [16, 32, 48]],
    ["spatial_transform_model_bck.h5", "spatial_16x32x48", "bck", [16, 32, 48]],
    ["spatial_transform_model.h5", "spatial_64x80x48", "fwd", [64, 80, 48]],
  ])("%s on %s gives the stored field and warped image", async (file, folder, direction, extents) => {
    const weights = load(file, brainstormSpatialParameters());
    const pair = readNpz(`${folder}/inputs.npz`);
    const stored = readNpz(`${folder}/expected_${direction}.npz`);
    const images = [pair("moving_u8"), pair("fixed_u8")];
    const outputs = await run(weights, extents, images, (parameters, moving, fixed) => ({
      flow: brainstormFlow(parameters, moving, fixed),
      warped: warp(moving, brainstormSpatialNet(parameters, moving, fixed)),
    }));
    expectClose(outputs.flow, channelsFirst(stored("flow")));
    expectClose(outputs.warped, stored("warped_xy"));
  });

  it("the appearance model gives the stored change, its inner spatial model the stored subject", async () => {
    const specs = brainstormAppearanceParameters();
    expect(parameterCount(specs)).toBe(602_685 + 300_547);
    const weights = load("appearance_transform_model.h5", specs, brainstormAppearanceName);
    const pair = readNpz("appearance_32x64x96/inputs.npz");
    const stored = readNpz("appearance_32x64x96/expected.npz");
    const images = [pair("src_u8"), pair("tgt_u8")];
    const outputs = await run(weights, [32, 64, 96], images, (parameters, atlas, subject) => ({
      ...brainstormAppearanceNet(parameters, atlas, subject),
      flow: brainstormFlow(parameters, subject, atlas, "flow_bck_model."),
    }));
    expectClose(outputs.flow, channelsFirst(stored("flow_bck")));
    expectClose(outputs.subjectInAtlas, stored("tgt_in_src_space"));
    expectClose(outputs.delta, stored("color_delta"));
    expectClose(outputs.changed, stored("out"));
  });
});
