import { decode } from "fast-png";
import { expect, test } from "vitest";
import { scalingAffine } from "../volume/affine.ts";
import { reorient, reorientGrid } from "../volume/orientation.ts";
import { type Dims, type Grid, type LabelMap, type Volume, voxelCount } from "../volume/volume.ts";
import { examplesFigure, scansFigure } from "./run-figures.ts";

const GAP = 4;

/** Width and height of the pictures of a montage of so many columns and rows. */
function pictureSize(png: Uint8Array, columns: number, rows: number): readonly [width: number, height: number] {
  const { width, height } = decode(png);
  return [(width - GAP * (columns + 1)) / columns, (height - GAP * (rows + 1)) / rows];
}

/** A ramp with a box labeled 5 in the middle third of every axis that has room for it. */
function scanOn(grid: Grid): { readonly volume: Volume; readonly labelMaps: readonly LabelMap[] } {
  const [i, j, k] = grid.dims;
  const inside = (at: number, count: number): boolean => count === 1 || (3 * at >= count && 3 * at < 2 * count);
  const isLabeled = (at: number): boolean =>
    inside(at % i, i) && inside(Math.floor(at / i) % j, j) && inside(Math.floor(at / (i * j)), k);
  const count = voxelCount(grid.dims);
  const data = Int32Array.from({ length: count }, (_, at) => (isLabeled(at) ? 5 : 0));
  const map: LabelMap = { kind: "labels", ...grid, data };
  return {
    volume: { kind: "image", ...grid, data: Float32Array.from({ length: count }, (_, at) => at % i) },
    labelMaps: [map, map],
  };
}

function examplesOn(grid: Grid): Uint8Array {
  const { volume, labelMaps } = scanOn(grid);
  const atlas = {
    id: "atlas",
    image: volume.data.map((value) => value / 20),
    classes: Float32Array.from(labelMaps[0].data),
  };
  return examplesFigure(atlas, [atlas], grid);
}

const grid = (...dims: Dims): Grid => ({ dims, affine: scalingAffine([1, 1, 1]) });
const axial = grid(20, 30, 1);

test("a small slice is shown whole, four pixels a voxel, with its outlines in the first row alone", () => {
  const png = examplesOn(axial);
  expect(pictureSize(png, 2, 2)).toEqual([80, 120]);
  const { data, channels, palette } = decode(png);
  expect(channels).toBe(1);
  const isColored = [...data].map((index) => new Set(palette?.[index]).size > 1);
  expect(isColored.indexOf(true)).toBeGreaterThan(-1);
  expect(isColored.lastIndexOf(true)).toBeLessThan(isColored.length / 2);
});

test("a large slice is shown at the size of a screen's column", () => {
  expect(pictureSize(examplesOn(grid(216, 291, 1)), 2, 2)).toEqual([238, 320]);
});

test("a volume is cut where it shows the largest labeled area", () => {
  expect(pictureSize(examplesOn(grid(9, 30, 24)), 2, 2)).toEqual([120, 96]);
});

test.each<[plane: string, axes: string, size: readonly [number, number]]>([
  ["axial", "RAS", [80, 120]],
  ["coronal", "RSA", [80, 120]],
  ["sagittal", "ASR", [80, 120]],
])("test scans that are %s slices are shown whole", (_, codes, size) => {
  // Voxels as `codes` say; a file may list them in any other order.
  const oriented = reorientGrid({ dims: axial.dims, affine: affineOf(codes) }, codes);
  const { volume, labelMaps } = scanOn(oriented);
  const turned = { volume: reorient(volume, "RAS"), labelMaps: labelMaps.map((map) => reorient(map, "LPI")) };
  for (const scan of [{ volume, labelMaps }, turned]) {
    expect(pictureSize(scansFigure([scan], [5]), 1, 2)).toEqual(size);
  }
});

test("test scans of different size are columns of one scale, seen from one side", () => {
  const scans = [scanOn(grid(9, 30, 24)), scanOn(grid(30, 15, 12))];
  const { width, height } = decode(scansFigure(scans, [5]));
  expect([width, height]).toEqual([120 + 60 + 3 * GAP, 2 * 96 + 3 * GAP]);
});

/** 1 mm voxels whose axes run as the letters say, all of them R, A or S. */
function affineOf(codes: string): readonly number[] {
  const affine = new Array<number>(16).fill(0);
  for (const [axis, letter] of [...codes].entries()) affine[4 * "RAS".indexOf(letter) + axis] = 1;
  affine[15] = 1;
  return affine;
}
