import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readNifti } from "../io/nifti-read.ts";
import {
  type Affine,
  affineFromParts,
  applyAffine,
  identityAffine,
  invertAffine,
  multiplyAffines,
  rotationFromEuler,
  scalingAffine,
  translationAffine,
} from "./affine.ts";
import { enclosingRasGrid } from "./grid.ts";
import { coverage, resampleImage, resampleLabels } from "./resample.ts";
import { type Dims, type Grid, type LabelMap, type Volume, voxelCount } from "./volume.ts";

const world = affineFromParts(
  rotationFromEuler(0.3, -0.5, 0.2).map((value, index) => value * [1, 1.4, 2][index % 3]),
  [-9, 3, 5],
);

function imageOf(dims: Dims, affine: Affine, value: (i: number, j: number, k: number) => number): Volume {
  const data = new Float32Array(voxelCount(dims));
  let at = 0;
  for (let k = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) for (let i = 0; i < dims[0]; i++) data[at++] = value(i, j, k);
  }
  return { kind: "image", dims, affine, data };
}

/** The slow, obvious twin: one voxel after the other, from the formula. */
function slowTwin(source: Volume, target: Grid, targetToSource: Affine, fill: number): Float32Array {
  const inverse = invertAffine(source.affine);
  return imageOf(target.dims, target.affine, (i, j, k) => {
    const c = applyAffine(inverse, applyAffine(targetToSource, applyAffine(target.affine, [i, j, k])));
    if (c.some((x, axis) => x < -0.5 || x > source.dims[axis] - 0.5)) return fill;
    const [x, y, z] = c.map((value, axis) => Math.min(Math.max(value, 0), source.dims[axis] - 1));
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      const at = [x, y, z].map((value, axis) => Math.floor(value) + ((corner >> axis) & 1));
      const weight = [x, y, z].reduce((product, value, axis) => product * (1 - Math.abs(value - at[axis])), 1);
      if (weight > 0) sum += weight * source.data[at[0] + source.dims[0] * (at[1] + source.dims[1] * at[2])];
    }
    return sum;
  }).data;
}

describe("resampling", () => {
  const source = imageOf([7, 6, 5], world, (i, j, k) => Math.sin(i + 2 * j) + k * k);

  it("equals the slow twin, with an affine between the worlds and a fill value", () => {
    const target: Grid = {
      dims: [9, 8, 7],
      affine: multiplyAffines(world, scalingAffine([0.9, 1.1, 0.8]), translationAffine([-1, -1, -1])),
    };
    const targetToSource = affineFromParts(rotationFromEuler(0.1, 0.05, -0.2), [0.4, -0.3, 0.2]);
    const result = resampleImage(source, target, { targetToSource, outside: { kind: "value", value: -7 } });
    const expected = slowTwin(source, target, targetToSource, -7);
    expect(expected.filter((value) => value === -7).length).toBeGreaterThan(50);
    result.data.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index], 4);
    });
    const covered = coverage(source, target, { targetToSource });
    covered.data.forEach((value, index) => {
      expect(value).toBe(expected[index] === -7 ? 0 : 1);
    });
  });

  it("onto its own grid changes nothing", () => {
    resampleImage(source, source).data.forEach((value, index) => {
      expect(value).toBeCloseTo(source.data[index], 5);
    });
  });

  it("reproduces a linear ramp between the voxels exactly", () => {
    const ramp = imageOf([6, 6, 6], identityAffine(), (i, j, k) => 2 * i - 3 * j + 5 * k);
    const inside: Grid = { dims: [4, 4, 4], affine: translationAffine([0.25, 0.5, 0.75]) };
    const expected = imageOf([4, 4, 4], inside.affine, (i, j, k) => 2 * (i + 0.25) - 3 * (j + 0.5) + 5 * (k + 0.75));
    expect(resampleImage(ramp, inside).data).toEqual(expected.data);
  });

  it("takes the edge for half a voxel, and beyond it only when asked", () => {
    const line = imageOf([3, 1, 1], identityAffine(), (i) => i + 1);
    const wide: Grid = { dims: [7, 1, 1], affine: translationAffine([-2.4, 0, 0]) };
    const round = (data: Float32Array): number[] => [...data].map((value) => Number(value.toFixed(4)));
    expect(round(resampleImage(line, wide).data)).toEqual([0, 0, 1, 1.6, 2.6, 0, 0]);
    expect(round(resampleImage(line, wide, { outside: { kind: "edge" } }).data)).toEqual([1, 1, 1, 1.6, 2.6, 3, 3]);
  });

  it("labels: the nearest voxel, the lower one of two, and never a new value", () => {
    const labels: LabelMap = {
      kind: "labels",
      dims: [4, 1, 1],
      affine: identityAffine(),
      data: Int32Array.of(5, 0, 9, 2),
    };
    const at = (shift: number): number[] => [
      ...resampleLabels(labels, { dims: [4, 1, 1], affine: translationAffine([shift, 0, 0]) }).data,
    ];
    expect(at(0.4)).toEqual([5, 0, 9, 2]);
    expect(at(0.5)).toEqual([5, 0, 9, 2]);
    expect(at(0.6)).toEqual([0, 9, 2, 0]);
    expect(at(-1)).toEqual([0, 5, 0, 9]);
  });

  it("volume [i, j, k] and tensor [1, 1, k, j, i] share their memory order", () => {
    const volume = imageOf([2, 3, 4], identityAffine(), (i, j, k) => 100 * i + 10 * j + k);
    const [D, H, W] = [4, 3, 2];
    for (let d = 0; d < D; d++) {
      for (let h = 0; h < H; h++) {
        for (let w = 0; w < W; w++) expect(volume.data[(d * H + h) * W + w]).toBe(100 * w + 10 * h + d);
      }
    }
  });
});

// SPM12's own resampling of nibabel's test images; kept outside the repository.
const golden = fileURLToPath(new URL("../../../../../shared/data/golden/resample/", import.meta.url));
const present = existsSync(golden);
if (!present) console.log(`Skipped the comparison with SPM: no folder ${golden}`);

describe.runIf(present)("against SPM12 and nibabel", () => {
  const image = (name: string, index?: number): Volume =>
    readNifti(readFileSync(golden + name), { name }).readVolume({
      nonFinite: "zero",
      ...(index === undefined ? {} : { index }),
    });
  const anatomical = present ? image("anatomical.nii") : undefined;
  const extra = affineFromParts(rotationFromEuler(0.3, 0.2, 0.1), [3, 4, 5]);

  function moved(): Volume {
    if (anatomical === undefined) throw new Error("not present");
    return { ...anatomical, affine: multiplyAffines(extra, anatomical.affine) };
  }

  function expectEqualInside(result: Float32Array, expected: ArrayLike<number>, mask: ArrayLike<number>): number {
    let compared = 0;
    let worst = 0;
    for (let index = 0; index < result.length; index++) {
      if (mask[index] === 0) continue;
      compared += 1;
      worst = Math.max(worst, Math.abs(result[index] - expected[index]) / Math.abs(expected[index]));
    }
    expect(worst).toBeLessThan(1e-5);
    return compared;
  }

  it("onto the functional grid", () => {
    const result = resampleImage(moved(), image("functional.nii", 0));
    const mask = npzArray("onto_functional_inside_mask");
    expect(expectEqualInside(result.data, image("resampled_anat_moved.nii").data, mask)).toBe(916);
  });

  it("the same when the motion is given as an affine between the worlds", () => {
    if (anatomical === undefined) throw new Error("not present");
    const result = resampleImage(anatomical, image("functional.nii", 0), { targetToSource: invertAffine(extra) });
    const mask = npzArray("onto_functional_inside_mask");
    expect(expectEqualInside(result.data, image("resampled_anat_moved.nii").data, mask)).toBe(916);
  });

  it("onto the 4 mm RAS grid that encloses it", () => {
    const expected = image("reoriented_anat_moved.nii");
    const grid = enclosingRasGrid(moved(), [4, 4, 4]);
    expect(grid.dims).toEqual(expected.dims);
    grid.affine.forEach((value, index) => {
      expect(value).toBeCloseTo(expected.affine[index], 5);
    });
    const result = resampleImage(moved(), expected);
    expect(expectEqualInside(result.data, expected.data, npzArray("to_output_4mm_inside_mask"))).toBe(3841);
  });

  it("nearest neighbor, but for ties", () => {
    const source = moved();
    const labels: LabelMap = { ...source, kind: "labels", data: Int32Array.from(source.data) };
    const target = image("functional.nii", 0);
    const result = resampleLabels(labels, target);
    const mask = npzArray("onto_functional_inside_mask");
    const expected = npzArray("onto_functional_order0_cval_0");
    const differing = [...result.data].filter((value, index) => mask[index] === 1 && value !== expected[index]).length;
    expect(differing).toBe(0);
  });
});

/** An array of nibabel_outputs.npz, with the first axis fastest like a volume (numpy writes the last one fastest). */
function npzArray(name: string): ArrayLike<number> {
  const bytes = unzipSync(readFileSync(`${golden}nibabel_outputs.npz`))[`${name}.npy`];
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + headerLength));
  const [ni, nj, nk] = (/\((\d+), (\d+), (\d+)\)/.exec(header) ?? []).slice(1).map(Number);
  const content = bytes.slice(10 + headerLength);
  const stored = header.includes("<f4") ? new Float32Array(content.buffer) : content;
  return imageOf([ni, nj, nk], identityAffine(), (i, j, k) => stored[(i * nj + j) * nk + k]).data;
}
