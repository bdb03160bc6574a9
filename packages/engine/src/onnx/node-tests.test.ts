import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { NdArray } from "../conformance/nd-array.ts";
import {
  type IndexEntry,
  type NodeTest,
  readNodeTest,
  type TestValue,
  withFixedIntegers,
} from "../conformance/node-test.ts";
import { mapNodeTest } from "../conformance/node-test-mappings.ts";
import { worstRatio } from "../conformance/run-case.ts";
import { compile, loadModel, type Session } from "../runtime/session.ts";
import type { Shape } from "../shape.ts";
import { input } from "../tensor.ts";
import type { Lowerings } from "./lowerings.ts";

/** ONNX's own tests; where they come from stands beside them, in PROVENANCE.md. */
const FOLDER = fileURLToPath(new URL("../../../../../shared/data/golden/onnx-node-tests/", import.meta.url));
const present = existsSync(`${FOLDER}index.json`);
if (!present) console.log(`skipped, ONNX's node tests are not at ${FOLDER}`);

const index: readonly IndexEntry[] = present ? JSON.parse(readFileSync(`${FOLDER}index.json`, "utf8")) : [];
const tests = index.map((entry) => readNodeTest(entry, (file) => readFileSync(`${FOLDER}${file}`)));

const floats = (values: readonly TestValue[]): readonly TestValue[] =>
  values.filter(({ dtype }) => dtype === "float32");
const shapesOf = (values: readonly TestValue[]): Record<string, Shape> =>
  Object.fromEntries(values.map(({ name, shape }) => [name, shape]));

async function expectGolden(session: Session, feeds: Record<string, Float32Array>, golden: Record<string, TestValue>) {
  const results = await session.run(feeds);
  await session.dispose();
  for (const [name, { shape, data }] of Object.entries(golden)) {
    const expected: NdArray = { shape, data: Float64Array.from(data) };
    const comparison = { what: name, shape: session.outputs[name], got: results[name], expected };
    expect(comparison.shape, `shape of ${name}`).toEqual(shape);
    expect(results[name].length).toBe(data.length);
    expect(worstRatio(comparison, 1e-4, 1e-5), `${name}: error over tolerance`).toBeLessThan(1);
  }
}

describe.skipIf(!present)("ONNX's node tests in the engine's own functions", () => {
  const left: string[] = [];
  let covered = 0;
  for (const test of tests) {
    const inputs = test.inputs.map(({ shape }, i) => input(`x${i}`, shape));
    const mapped =
      floats(test.outputs).length < test.outputs.length ? { notApplicable: "not float32" } : mapNodeTest(test, inputs);
    if ("notApplicable" in mapped) {
      left.push(`${test.name}: ${mapped.notApplicable}`);
      continue;
    }
    covered++;
    const lowerings: readonly Partial<Lowerings>[] =
      test.op === "GridSample" ? [{ sample: "gridSample" }, { sample: "gather" }] : [{}];
    for (const lowering of lowerings) {
      it(`${test.name} ${Object.values(lowering)}`.trim(), async () => {
        const session = await compile(Object.fromEntries(mapped.map((y, i) => [`y${i}`, y])), { lowerings: lowering });
        const feeds = Object.fromEntries(
          Object.keys(session.inputs).map((name) => [name, Float32Array.from(test.inputs[Number(name.slice(1))].data)]),
        );
        expect(mapped.length).toBe(test.outputs.length);
        await expectGolden(session, feeds, Object.fromEntries(test.outputs.map((value, i) => [`y${i}`, value])));
      });
    }
  }
  afterAll(() => console.log(`${left.length} node tests do not apply to the engine's functions:\n${left.join("\n")}`));

  it("covers every case that applies", () => {
    expect({ covered, left: left.length }).toEqual({ covered: 136, left: 86 });
  });
});

/** Operators of versions so old that ONNX Runtime has no kernel; our graphs are of opset 20. */
const NO_KERNEL = /^pytorch-converted\/test_(AvgPool3d|BatchNorm|GLU_dim|PReLU)/;
/** Where the provider departs from ONNX in what no graph of ours contains. */
const DEPARTS: Readonly<Record<string, string>> = {
  "node/test_gridsample_bicubic": "cubic sampling agrees to 1.1e-4 only",
  "node/test_resize_downsample_scales_linear_align_corners": "the provider downsamples to other positions",
};

function notOnProvider({ name, op, domain, inputs, outputs }: NodeTest): string | undefined {
  if (domain !== "") return `no kernel for ${op} of ${domain}`;
  if (NO_KERNEL.test(name)) return `no kernel for ${op} of that age`;
  if (floats(outputs).length < outputs.length || inputs[0].dtype !== "float32") return "not float32";
  return DEPARTS[name];
}

describe.skipIf(!present)("ONNX's node tests on the provider itself", () => {
  const left: string[] = [];
  let covered = 0;
  for (const test of tests) {
    const reason = notOnProvider(test);
    if (reason !== undefined) {
      left.push(`${test.name}: ${reason}`);
      continue;
    }
    covered++;
    it(test.name, async () => {
      const fed = floats(test.inputs);
      const session = await loadModel(withFixedIntegers(test), shapesOf(fed), shapesOf(test.outputs));
      const feeds = Object.fromEntries(fed.map(({ name, data }) => [name, Float32Array.from(data)]));
      await expectGolden(session, feeds, Object.fromEntries(test.outputs.map((value) => [value.name, value])));
    });
  }
  afterAll(() => console.log(`${left.length} node tests do not apply to the provider:\n${left.join("\n")}`));

  it("covers every case that applies", () => {
    expect({ covered, left: left.length }).toEqual({ covered: 199, left: 23 });
  });
});
