import { expect, test } from "vitest";
import { PREPARE_PRESETS } from "../prepare/config.ts";
import { identityAffine } from "../volume/affine.ts";
import { type Dims, voxelCount } from "../volume/volume.ts";
import { populationPlan } from "./population-grid.ts";

test.each<[what: string, dims: Dims]>([
  ["volumes", [400, 400, 400]],
  ["slices", [5000, 4000, 1]],
])("a grid of large %s is coarsened to about a million voxels", (_, dims) => {
  const grid = { dims, affine: identityAffine() };
  const config = { ...PREPARE_PRESETS.fast, marginVoxels: 0, multipleOf: 8 };
  const { reference } = populationPlan({ id: "first", ...grid }, [grid, grid], config);
  expect(voxelCount(reference.dims)).toBeGreaterThan(0.9 * 2 ** 20);
  expect(voxelCount(reference.dims)).toBeLessThan(1.2 * 2 ** 20);
  expect(reference.dims[2] === 1).toBe(dims[2] === 1);
});
