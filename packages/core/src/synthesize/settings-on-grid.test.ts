import { expect, test } from "vitest";
import { derivePlan } from "../prepare/derive-plan.ts";
import { identityAffine } from "../volume/affine.ts";
import { reorientGrid } from "../volume/orientation.ts";
import type { Dims } from "../volume/volume.ts";
import { LEARNED_ALONE } from "./config.ts";
import { settingsOnGrid } from "./settings-on-grid.ts";

test.each<[what: string, dims: Dims, flip: string]>([
  ["volumes", [8, 9, 10], "left-right"],
  ["axial slices", [8, 9, 1], "left-right"],
  ["coronal slices", [8, 1, 10], "left-right"],
  ["sagittal slices", [1, 9, 10], "none"],
])("left and right of %s, listed in any order", (_, dims, flip) => {
  for (const codes of ["RAS", "LPI", "SRP", "AIL"]) {
    const atlas = reorientGrid({ dims, affine: identityAffine() }, codes);
    const { reference } = derivePlan(atlas, { atlasId: "a" });
    expect(settingsOnGrid({ ...LEARNED_ALONE, flip: "left-right" }, reference).flip, codes).toBe(flip);
    expect(settingsOnGrid(LEARNED_ALONE, reference)).toBe(LEARNED_ALONE);
  }
});
