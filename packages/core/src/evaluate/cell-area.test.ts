import { expect, it } from "vitest";
import { cellAreas } from "./cell-area.ts";

type Vector = readonly [number, number, number];

/**
 * The 13 ways in which a surface can cut a cell, up to turns, mirrors and inside out: corners inside, and the triangles'
 * normals at unit spacing, each as long as its triangle's area. Facts read from the table of
 * google-deepmind/surface-distance (surface_distance/lookup_tables.py, commit 57c1e2c, signs left out); `code` is
 * the row of that table, whose bit 7 - n is the corner [n >> 2 & 1, n >> 1 & 1, n & 1].
 */
const eighth: Vector = [1 / 8, 1 / 8, 1 / 8];
const quarter: Vector = [1 / 4, 1 / 4, 1 / 4];
const SHAPES: readonly { readonly code: number; readonly shape: string; readonly normals: readonly Vector[] }[] = [
  { code: 1, shape: "one corner", normals: [eighth] },
  { code: 3, shape: "an edge", normals: repeat(2, [1 / 4, 1 / 4, 0]) },
  { code: 6, shape: "two across a face", normals: [eighth, eighth] },
  { code: 24, shape: "two across the cell", normals: [eighth, eighth] },
  { code: 7, shape: "three of a face", normals: [[1 / 2, 0, 0], quarter, eighth] },
  { code: 25, shape: "an edge and a corner", normals: [...repeat(2, [0, 1 / 4, 1 / 4]), eighth] },
  { code: 22, shape: "three apart", normals: [eighth, eighth, eighth] },
  { code: 15, shape: "a face", normals: repeat(2, [1 / 2, 0, 0]) },
  { code: 23, shape: "a corner and its neighbors", normals: [eighth, quarter, quarter, eighth] },
  { code: 27, shape: "a zigzag", normals: [eighth, [3 / 8, 3 / 8, 3 / 8], [0, 1 / 4, 1 / 4], [1 / 4, 0, 1 / 4]] },
  { code: 30, shape: "three of a face and a corner", normals: [[1 / 2, 0, 0], eighth, quarter, eighth] },
  { code: 60, shape: "two edges", normals: repeat(4, [1 / 4, 1 / 4, 0]) },
  { code: 105, shape: "four apart", normals: repeat(4, eighth) },
];

it("all 254 cells with a surface have the published area, for any spacing", () => {
  const spacingMm = [0.7, 1.3, 2.9] as const;
  const faces = [spacingMm[1] * spacingMm[2], spacingMm[0] * spacingMm[2], spacingMm[0] * spacingMm[1]];
  const areas = cellAreas(spacingMm);
  const checked = new Set<number>();
  for (const { code, shape, normals } of SHAPES) {
    for (const axes of AXIS_ORDERS) {
      // Normals turn with the axes; a mirror or inside out changes their signs alone.
      const area = normals.reduce((sum, n) => sum + Math.hypot(...axes.map((from, axis) => n[from] * faces[axis])), 0);
      for (let mirror = 0; mirror < 8; mirror++) {
        const turned = cornersOf(code).reduce((bits, corner) => {
          const at = axes.reduce<number>((bit, from, axis) => bit | (corner[from] << axis), 0);
          return bits | (1 << (at ^ mirror));
        }, 0);
        for (const own of [turned, 255 - turned]) {
          expect(areas[own], `${shape}, code ${own}`).toBeCloseTo(area, 12);
          checked.add(own);
        }
      }
    }
  }
  expect(checked.size).toBe(254);
});

it("all 14 squares with a contour have its length: half the diagonal a corner, a side between two and two", () => {
  const [width, height] = [0.7, 1.9];
  const half = Math.hypot(width, height) / 2;
  // Bit c is the corner [c & 1, c >> 1], so code 3 is a row of two, cut off along the first axis.
  const [row, column, apart] = [width, height, 2 * half];
  const expected = [0, half, half, row, half, column, apart, half, half, apart, column, half, row, half, half, 0];
  cellAreas([width, height]).forEach((length, code) => {
    expect(length, `code ${code}`).toBeCloseTo(expected[code], 12);
  });
});

const AXIS_ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

function cornersOf(code: number): Vector[] {
  const corners = Array.from({ length: 8 }, (_, n): Vector => [(n >> 2) & 1, (n >> 1) & 1, n & 1]);
  return corners.filter((_, n) => (code >> (7 - n)) & 1);
}

function repeat(times: number, normal: Vector): Vector[] {
  return new Array<Vector>(times).fill(normal);
}
