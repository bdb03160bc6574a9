import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { identityAffine, scalingAffine, translationAffine } from "../volume/affine.ts";
import { axisCodes } from "../volume/orientation.ts";
import { derivePlan } from "./derive-plan.ts";
import { caseOf, parsePlan, withCase } from "./plan.ts";

const hippocampus = { dims: [36, 50, 35], affine: translationAffine([1, 1, 1]) } as const;

describe("the plan", () => {
  it("gives a hippocampus atlas a margin of 4 and multiples of 16, without interpolating it", () => {
    const plan = derivePlan(hippocampus, { atlasId: "a" });
    expect(plan.reference.dims).toEqual([48, 64, 48]);
    expect(plan.reference.spacingMm).toEqual([1, 1, 1]);
    // Whole voxels before the atlas: 6 of 12, 7 of 14, 6 of 13.
    expect(plan.reference.affine).toEqual(translationAffine([-5, -6, -5]));
  });

  it("is along RAS axes, at the spacing that was asked for", () => {
    const lps = { dims: [60, 80, 20], affine: scalingAffine([-1, -1, 3]) } as const;
    const plan = derivePlan(lps, { atlasId: "a", spacingMm: [2, 2, 2], multipleOf: 8, marginVoxels: 0 });
    expect(axisCodes(plan.reference.affine)).toBe("RAS");
    expect(plan.reference).toMatchObject({ dims: [32, 40, 32], spacingMm: [2, 2, 2] });
  });

  it("survives the way through a file", () => {
    const plan = withCase(derivePlan(hippocampus, { atlasId: "a" }), "b", scalingAffine([1, 1.1, 1]));
    expect(parsePlan(JSON.parse(JSON.stringify(plan)), "plan.json")).toEqual(plan);
    expect(caseOf(plan, "b").alignment[5]).toBe(1.1);
  });

  it.each([
    ["version", { version: 2 }],
    ["normalization", { normalization: { kind: "percentile", low: 99, high: 1 } }],
    ["padding", { padding: "none" }],
    ["reference", { reference: { dims: [48, 64, 48], spacingMm: [2, 1, 1], affine: identityAffine() } }],
    ["cases.b.alignment", { cases: { b: { alignment: scalingAffine([1, 0, 1]) } } }],
    ["as a whole", { extra: 1 }],
  ])("names %s where an edited file went wrong", (field, change) => {
    const plan = { ...derivePlan(hippocampus, { atlasId: "a" }), ...change };
    expect(() => parsePlan(plan, "plan.json")).toThrow(InputError);
    expect(() => parsePlan(plan, "plan.json")).toThrow(`plan.json, ${field}`);
  });

  it("says nothing about unknown cases, and refuses an atlas of one line", () => {
    const plan = derivePlan(hippocampus, { atlasId: "a" });
    expect(() => caseOf(plan, "b")).toThrow("Case b");
    expect(() => caseOf(plan, "toString")).toThrow(InputError);
    expect(() => derivePlan({ ...hippocampus, dims: [36, 1, 1] }, { atlasId: "a" })).toThrow("a 2-D slice");
  });

  it("keeps the one voxel across a slice: no margin, no multiple, no other spacing; that axis comes last", () => {
    const axial = { dims: [60, 80, 1], affine: scalingAffine([-1, -1, 5]) } as const;
    const plan = derivePlan(axial, { atlasId: "a", spacingMm: [2, 2, 2], multipleOf: 8, marginVoxels: 0 });
    expect(plan.reference).toMatchObject({ dims: [32, 40, 1], spacingMm: [2, 2, 5] });
    const sides: Readonly<Record<string, readonly [number, number, number]>> = {
      RAS: [36, 50, 1],
      RSA: [36, 1, 50],
      ASR: [1, 36, 50],
    };
    for (const [codes, dims] of Object.entries(sides)) {
      const { reference } = derivePlan({ ...hippocampus, dims }, { atlasId: "a" });
      expect(reference.dims).toEqual([48, 64, 1]);
      expect(axisCodes(reference.affine)).toBe(codes);
      expect(
        parsePlan(JSON.parse(JSON.stringify(derivePlan({ ...hippocampus, dims }, { atlasId: "a" }))), "p"),
      ).toEqual(derivePlan({ ...hippocampus, dims }, { atlasId: "a" }));
    }
  });
});
