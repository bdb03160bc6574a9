import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { readLabeledScan } from "../io/read-scan.ts";
import { scalingAffine } from "../volume/affine.ts";
import type { Grid } from "../volume/volume.ts";
import { type ExampleRow, exampleGrid } from "./example-grid.ts";
import { tellingSlice } from "./fullest-slice.ts";
import { encodePng, montage, type Picture } from "./picture.ts";
import { spaceOf } from "./plane.ts";

const GRID: Grid = { dims: [16, 12, 10], affine: scalingAffine([1, 1, 2]) };
const COUNT = 16 * 12 * 10;

function rowOf(level: number): ExampleRow {
  const ramp = Float32Array.from({ length: COUNT }, (_, at) => (at % 16) / 16);
  const target = { id: `scan-${level}`, image: ramp };
  const classes = Float32Array.from(ramp, (_, at) => (at % 16 > 4 && at % 16 < 9 ? 1 : 0));
  return { spatialTarget: target, appearanceTarget: target, image: ramp.map((value) => value * level), classes };
}

describe("example grid", () => {
  it("has four columns, a row for each example, square pixels in mm, and outlines in the last column alone", () => {
    const one = decode(exampleGrid([rowOf(1)], GRID).png);
    const two = decode(exampleGrid([rowOf(1), rowOf(0.5)], GRID).png);
    // The slice with the largest labeled area is across i: 12 x 20 mm; gaps of 6 pixels.
    expect((one.height - 12) / ((one.width - 30) / 4)).toBeCloseTo(20 / 12, 1);
    expect(two.height - 18).toBe(2 * (one.height - 12));
    const columnWidth = (one.width - 30) / 4;
    const column = (n: number): unknown[] =>
      Array.from({ length: one.height * columnWidth }, (_, pixel) => {
        const x = 6 + n * (columnWidth + 6) + (pixel % columnWidth);
        return one.data[Math.floor(pixel / columnWidth) * one.width + x];
      });
    // The example of level 1 equals its targets, so the first three pictures do.
    expect(column(1)).toEqual(column(0));
    expect(column(2)).toEqual(column(0));
    expect(column(3)).not.toEqual(column(0));
  });

  it("names the scans in its caption", () => {
    expect(exampleGrid([rowOf(1), rowOf(0.5)], GRID).caption).toContain("scan-1 and scan-1; scan-0.5 and scan-0.5");
  });
});

describe("telling slice", () => {
  it("shows the most labels, then the largest area; a single slice is itself", () => {
    const space = spaceOf(GRID);
    const stacked = Float32Array.from({ length: COUNT }, (_, at) => (Math.floor(at / 192) === 3 ? 1 + (at % 3) : 0));
    expect(tellingSlice(stacked, space)).toEqual({ axis: 0, slice: 3 });
    expect(tellingSlice(new Float32Array(192), spaceOf({ ...GRID, dims: [16, 12, 1] }))).toEqual({ axis: 0, slice: 0 });
  });

  const folder = fileURLToPath(new URL("../../../../../shared/data/msd-hippocampus/", import.meta.url));
  const missing = !existsSync(folder);
  if (missing) console.log(`skipped: telling slice of a real scan, because ${folder} is not there`);
  it.skipIf(missing)("of a hippocampus shows both of its parts", async () => {
    const read = async (path: string): Promise<Uint8Array> => readFileSync(`${folder}${path}`);
    const name = "hippocampus_001.nii.gz";
    const { labels } = await readLabeledScan(read, { image: `images/${name}`, labels: `labels/${name}` });
    const { axis } = tellingSlice(labels.data, spaceOf(labels));
    expect(axis).not.toBe(1);
  });
});

describe("montage", () => {
  it("centers pictures in columns and rows of their own sizes", () => {
    const black = (width: number, height: number): Picture => ({
      width,
      height,
      data: new Uint8Array(3 * width * height),
    });
    const { width, height, data } = montage([[black(10, 2), black(4, 6)], [black(2, 2)]], 1);
    expect([width, height]).toEqual([17, 11]);
    expect(data.filter((value) => value === 0)).toHaveLength(3 * (20 + 24 + 4));
  });

  it("is written with a palette up to 256 colors and without beyond, with the same pixels", () => {
    const data = Uint8Array.from({ length: 3 * 300 }, (_, at) =>
      at % 3 === 0 ? Math.floor(at / 3) % 256 : at > 850 ? 9 : 0,
    );
    const decoded = decode(encodePng({ width: 20, height: 15, data }));
    expect(decoded.palette).toBeUndefined();
    expect(Uint8Array.from(decoded.data)).toEqual(data);
    const gray = decode(encodePng({ width: 20, height: 15, data: data.map((value) => value & 7) }));
    expect(gray.palette).toBeDefined();
  });
});
