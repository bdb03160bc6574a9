import { expect, test } from "vitest";
import { identityAffine } from "../volume/affine.ts";
import { reorientGrid } from "../volume/orientation.ts";
import type { Dims } from "../volume/volume.ts";
import { derivePlan } from "./derive-plan.ts";
import { type Mirroring, mirroringOf } from "./mirroring.ts";

function mirroringOn(dims: Dims, names: Readonly<Record<string, string>>, codes = "RAS"): Mirroring {
  const atlas = reorientGrid({ dims, affine: identityAffine() }, codes);
  return mirroringOf(derivePlan(atlas, { atlasId: "a" }).reference, [2, 5, 9], names);
}

test.each<[what: string, dims: Dims, isAcross: boolean]>([
  ["volumes", [8, 9, 10], true],
  ["axial slices", [8, 9, 1], true],
  ["coronal slices", [8, 1, 10], true],
  ["sagittal slices", [1, 9, 10], false],
])("left and right of %s, listed in any order", (_, dims, isAcross) => {
  for (const codes of ["RAS", "LPI", "SRP", "AIL"]) {
    const { refusal } = mirroringOn(dims, {}, codes);
    if (isAcross) expect(refusal, codes).toBeUndefined();
    else expect(refusal, codes).toContain("one side alone");
  }
});

test("structures change places with those of the other side, the others stay", () => {
  const names = { 2: "left putamen", 5: "brain stem", 9: "right putamen" };
  expect(mirroringOn([8, 9, 10], names)).toEqual({ classes: [0, 3, 2, 1] });
  expect(mirroringOn([8, 9, 10], { 2: "head", 5: "body", 9: "tail" })).toEqual({ classes: [0, 1, 2, 3] });
});

test("without names nobody knows; a side without its counterpart is refused by name", () => {
  expect(mirroringOn([8, 9, 10], { 2: "head", 5: "body" })).toEqual({});
  const { refusal } = mirroringOn([8, 9, 10], { 2: "left putamen", 5: "brain stem", 9: "left caudate" });
  expect(refusal).toBe('the labels have "left putamen" and no "right putamen" that it could become in a mirror image');
});
