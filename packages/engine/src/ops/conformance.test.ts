import { describe, expect, it } from "vitest";
import { runCase, worstRatio } from "../conformance/run-case.ts";
import { ShapeError } from "../errors.ts";
import * as engine from "../index.ts";
import type { Lowerings } from "../onnx/lowerings.ts";
import * as activation from "./activation.ts";
import * as arithmetic from "./arithmetic.ts";
import * as compare from "./compare.ts";
import * as conv from "./conv.ts";
import * as convUpsampled from "./conv-upsampled.ts";
import { OPS } from "./index.ts";
import * as matmul from "./matmul.ts";
import * as normalize from "./normalize.ts";
import * as pool from "./pool.ts";
import * as poolOverlapping from "./pool-overlapping.ts";
import * as reduce from "./reduce.ts";
import * as reshape from "./reshape.ts";
import * as sample from "./sample.ts";
import * as slice from "./slice.ts";
import * as unary from "./unary.ts";

const MODULES = [
  ...[activation, arithmetic, compare, conv, convUpsampled, matmul, normalize, pool, poolOverlapping],
  ...[reduce, reshape, sample, slice, unary],
];

/** Every lowering that the CPU provider has; only these ops are written differently by them. */
const LOWERINGS: readonly Partial<Lowerings>[] = [{ sample: "gridSample" }, { sample: "gather", splat: "scatterNd" }];
const LOWERED = ["sampleAt", "warp", "integrateVelocity"];

describe("the list of ops", () => {
  it("holds every op that the package exports", () => {
    const exported = MODULES.flatMap((module) => Object.entries(module))
      .filter(([name, value]) => typeof value === "function" && name in engine)
      .map(([name]) => name)
      .filter((name) => name !== "transposeMatrix"); // from matrix to matrix, not to a tensor
    expect(Object.keys(OPS).sort()).toEqual(exported.sort());
  });
});

for (const [op, { cases, bad }] of Object.entries(OPS)) {
  describe(op, () => {
    for (const lowerings of LOWERED.includes(op) ? LOWERINGS : [{}]) {
      for (const opCase of cases) {
        const how = Object.values(lowerings).map((choice) => `, by ${choice}`);
        it(`agrees with its twin and with central differences: ${opCase.name}${how}`, async () => {
          const comparisons = await runCase(op, opCase, { device: "cpu", lowerings, differentiate: true });
          for (const comparison of comparisons) {
            expect(comparison.shape, `shape of ${comparison.what}`).toEqual(comparison.expected.shape);
            const worst = worstRatio(comparison, 1e-4, 1e-5);
            expect(worst, `${comparison.what}: error over tolerance`).toBeLessThan(1);
          }
        });
      }
    }
    for (const [index, call] of bad.entries()) {
      it(`names itself when shapes do not fit (${index + 1})`, () => {
        let caught: unknown;
        try {
          call();
        } catch (error) {
          caught = error;
        }
        expect(caught).toBeInstanceOf(ShapeError);
        expect((caught as ShapeError).op).toBe(op);
        expect((caught as ShapeError).message).toMatch(/: expected .+, got .+/);
      });
    }
  });
}
