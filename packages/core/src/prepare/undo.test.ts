import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readNifti } from "../io/nifti-read.ts";
import {
  affineFromParts,
  applyAffine,
  invertAffine,
  multiplyAffines,
  rotationFromEuler,
  scalingAffine,
} from "../volume/affine.ts";
import { reorient } from "../volume/orientation.ts";
import { type Dims, type Grid, type LabelMap, type Volume, voxelCount } from "../volume/volume.ts";
import { derivePlan } from "./derive-plan.ts";
import { type Plan, withCase } from "./plan.ts";
import { preparedCoverage, prepareLabels, prepareVolume } from "./prepare-volume.ts";
import { undoLabels, undoProbabilities, undoVolume } from "./undo.ts";

const atlasGrid: Grid = { dims: [40, 44, 36], affine: affineFromParts([1, 0, 0, 0, 1, 0, 0, 0, 1], [-20, -22, -18]) };
// A world that is turned, stretched and moved against the atlas's, and a scan in it with axes of its own.
const alignment = multiplyAffines(
  affineFromParts(rotationFromEuler(0.1, -0.08, 0.15), [30, -12, 8]),
  scalingAffine([1.05, 0.95, 1.02]),
);
const scanGrid: Grid = {
  dims: [50, 30, 60],
  affine: multiplyAffines(alignment, affineFromParts([0, 0, -0.8, 0, 1.5, 0, 0.9, 0, 0], [24, -22, -22])),
};
const plan = withCase(derivePlan(atlasGrid, { atlasId: "atlas", multipleOf: 8 }), "scan", alignment);

/** Two nested ellipsoids around the origin of the atlas's world: label 2 within label 1. */
function labelAt(x: number, y: number, z: number): number {
  const radius = Math.hypot(x / 14, y / 16, z / 13);
  return radius < 0.5 ? 2 : radius < 1 ? 1 : 0;
}

function drawn(grid: Grid, toAtlasWorld = invertAffine(alignment)): LabelMap {
  const data = new Int32Array(voxelCount(grid.dims));
  const matrix = multiplyAffines(toAtlasWorld, grid.affine);
  const [ni, nj, nk] = grid.dims;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) data[i + ni * (j + nj * k)] = labelAt(...applyAffine(matrix, [i, j, k]));
    }
  }
  return { kind: "labels", ...grid, data };
}

function dice(first: LabelMap, second: LabelMap, label: number): number {
  let both = 0;
  let sum = 0;
  first.data.forEach((value, index) => {
    if (value === label) sum += 1;
    if (second.data[index] === label) sum += 1;
    if (value === label && second.data[index] === label) both += 1;
  });
  return (2 * both) / sum;
}

function oneHot(labels: LabelMap): { data: Float32Array; labels: readonly number[] } {
  const size = labels.data.length;
  const data = new Float32Array(3 * size);
  labels.data.forEach((label, index) => {
    data[label * size + index] = 1;
  });
  return { data, labels: [0, 1, 2] };
}

const asImage = (labels: LabelMap): Volume => ({ ...labels, kind: "image", data: Float32Array.from(labels.data) });

describe("preparing and undoing", () => {
  it("brings a turned, stretched scan with permuted axes onto the atlas", () => {
    const prepared = prepareLabels(drawn(scanGrid), plan, "scan");
    const expected = drawn({ ...plan.reference }, affineFromParts([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]));
    for (const label of [1, 2]) expect(dice(prepared, expected, label)).toBeGreaterThan(0.93);
  });

  it("takes labels back onto the scan's own grid", () => {
    const labels = drawn(scanGrid);
    const prepared = prepareLabels(labels, plan, "scan");
    const back = undoLabels(prepared, plan, "scan", scanGrid);
    expect(back).toMatchObject(scanGrid);
    for (const label of [1, 2]) expect(dice(back, labels, label)).toBeGreaterThan(0.9);
  });

  it("probabilities give the labels that nearest neighbor gives, or better ones", () => {
    const labels = drawn(scanGrid);
    const prepared = prepareLabels(labels, plan, "scan");
    const back = undoProbabilities(oneHot(prepared), plan, "scan", scanGrid);
    const nearest = undoLabels(prepared, plan, "scan", scanGrid);
    for (const label of [1, 2]) {
      expect(dice(back, labels, label)).toBeGreaterThan(dice(nearest, labels, label) - 0.003);
    }
  });

  it("is exact where the scan shares the atlas's voxels, in any orientation", () => {
    for (const codes of ["RAS", "LPI", "PSR", "AIL"]) {
      const grid = reorient(drawn(atlasGrid), codes);
      const labels = drawn(grid, affineFromParts([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]));
      const prepared = prepareLabels(labels, plan, "atlas");
      expect(undoLabels(prepared, plan, "atlas", grid).data).toEqual(labels.data);
      expect(undoProbabilities(oneHot(prepared), plan, "atlas", grid).data).toEqual(labels.data);
    }
  });

  it("works slab by slab with the same result", () => {
    const fine: Grid = {
      dims: [120, 110, 100] as Dims,
      affine: multiplyAffines(alignment, affineFromParts([0.4, 0, 0, 0, 0.4, 0, 0, 0, 0.4], [-24, -22, -20])),
    };
    const prepared = prepareLabels(drawn(scanGrid), plan, "scan");
    const probabilities = oneHot(prepared);
    const back = undoProbabilities(probabilities, plan, "scan", fine);
    const size = prepared.data.length;
    const classes = [0, 1, 2].map(
      (label) =>
        undoVolume(
          { ...asImage(prepared), data: probabilities.data.subarray(label * size, (label + 1) * size) },
          plan,
          "scan",
          fine,
        ).data,
    );
    const differing = back.data.filter((label, index) => {
      const values = classes.map((data) => data[index]);
      return values[label] < Math.max(...values) - 1e-5;
    });
    expect(differing.length).toBe(0);
  });

  it("normalizes, pads with the plan's value, and knows where the scan is", () => {
    const image = asImage(drawn(scanGrid));
    const padded: Plan = { ...plan, padding: -1, normalization: { kind: "min-max" } };
    const prepared = prepareVolume(image, padded, "scan");
    const covered = preparedCoverage(scanGrid, padded, "scan");
    expect(covered.data.some((value) => value === 0)).toBe(true);
    const wrong = prepared.data.filter((value, index) =>
      covered.data[index] === 0 ? value !== -1 : value < 0 || value > 1,
    );
    expect(wrong.length).toBe(0);
    const edge = prepareVolume(image, { ...padded, padding: "edge" }, "scan");
    expect(edge.data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it("refuses a slice, an empty image, an unknown case, and an answer on another grid", () => {
    const image = asImage(drawn(scanGrid));
    expect(() => prepareVolume({ ...image, dims: [50, 1800, 1] }, plan, "scan")).toThrow("a single slice");
    expect(() => prepareVolume({ ...image, data: image.data.map(() => 3) }, plan, "scan")).toThrow(
      "the value 3 in every voxel",
    );
    expect(() => prepareVolume(image, plan, "other")).toThrow("Case other");
    expect(() => undoLabels(drawn(scanGrid), plan, "scan", scanGrid)).toThrow("the plan's reference");
    expect(() => undoProbabilities({ data: new Float32Array(5), labels: [0, 1] }, plan, "scan", scanGrid)).toThrow(
      RangeError,
    );
  });
});

const scans = fileURLToPath(new URL("../../../../../shared/data/msd-hippocampus/", import.meta.url));
const present = existsSync(scans);
if (!present) console.log(`Skipped preparing real scans: no folder ${scans}`);

describe.runIf(present)("real hippocampus scans", () => {
  it("are prepared, and their labels come back voxel by voxel", () => {
    const { split } = JSON.parse(readFileSync(`${scans}split.json`, "utf8")) as {
      split: { train: readonly string[] };
    };
    const read = (folder: string, id: string): ReturnType<typeof readNifti> =>
      readNifti(readFileSync(`${scans}${folder}/${id}.nii.gz`), { name: id });
    const ids = split.train.slice(0, 8);
    const atlas = read("images", ids[0]);
    let real = derivePlan(atlas.grid, { atlasId: ids[0], marginVoxels: 12 });
    for (const id of ids) {
      real = withCase(real, id, affineFromParts([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]));
      const image = read("images", id).readVolume();
      const labels = read("labels", id).readLabels();
      const prepared = prepareVolume(image, real, id);
      expect(prepared.dims).toEqual(real.reference.dims);
      expect(prepared.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      const back = undoLabels(prepareLabels(labels, real, id), real, id, labels);
      expect(back.data.filter((label, index) => label !== labels.data[index]).length).toBe(0);
    }
  });
});
