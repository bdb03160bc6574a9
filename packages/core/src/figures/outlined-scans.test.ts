import { convertIndexedToRgb, decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { scalingAffine } from "../volume/affine.ts";
import type { Dims, LabelMap, Volume } from "../volume/volume.ts";
import { hexColor, labelColor } from "./label-colors.ts";
import { type ComparedScan, outlinedScans } from "./outlined-scans.ts";
import { pickScans } from "./pick-scans.ts";

type Inside = (i: number, j: number, k: number) => number;

function labelMap(dims: Dims, spacingMm: Dims, label: Inside): LabelMap {
  const data = new Int32Array(dims[0] * dims[1] * dims[2]);
  for (let k = 0, at = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) for (let i = 0; i < dims[0]; i++, at++) data[at] = label(i, j, k);
  }
  return { kind: "labels", dims, affine: scalingAffine(spacingMm), data };
}

function scanOf(truth: LabelMap, prediction: LabelMap): ComparedScan {
  const data = Float32Array.from(truth.data, (_, at) => (at * 7919) % 101);
  const volume: Volume = { kind: "image", dims: truth.dims, affine: truth.affine, data };
  return { rank: "best", id: "scan", dice: 0.5, volume, truth, prediction };
}

/** A box of label 5, moved along i. */
const box = (shift: number): Inside => {
  return (i, j, k) => (Math.abs(i - 10 - shift) <= 4 && Math.abs(j - 10) <= 5 && Math.abs(k - 10) <= 3 ? 5 : 0);
};

const DIMS: Dims = [21, 21, 21];
const CUBES: Dims = [1, 1, 1];
const AT_REST = labelMap(DIMS, CUBES, box(0));
const MOVED = labelMap(DIMS, CUBES, box(2));

/** The pixels' colors, as CSS writes them. */
function pixelsOf(png: Uint8Array): string[] {
  const decoded = decode(png);
  const data = decoded.palette === undefined ? decoded.data : convertIndexedToRgb(decoded);
  return Array.from({ length: data.length / 3 }, (_, n) => hexColor([data[3 * n], data[3 * n + 1], data[3 * n + 2]]));
}

/** How many pixels have the plain color of class 1, which the truth alone has. */
function solidPixels(pixels: readonly string[]): number {
  return pixels.filter((color) => color === hexColor(labelColor(1))).length;
}

describe("outlined scans", () => {
  it("are the same on every call, three rows for a volume, and no wider than a page", () => {
    const scans = [scanOf(AT_REST, AT_REST), scanOf(AT_REST, MOVED), scanOf(MOVED, AT_REST)];
    const { png, caption, colors } = outlinedScans(scans, [5]);
    expect(outlinedScans(scans, [5]).png).toEqual(png);
    const { width, height } = decode(png);
    expect(width).toBeLessThanOrEqual(1400);
    // Three slices of a box are about as high as three columns of it are wide.
    expect(height / width).toBeGreaterThan(0.7);
    expect(caption).toContain("best scan (Dice 0.500)");
    expect(colors).toEqual([{ label: 5, color: "#e69f00" }]);
  });

  it("show a prediction that equals the truth on the truth's line, and one that does not beside it", () => {
    const empty = labelMap(DIMS, CUBES, () => 0);
    const [none, same, moved] = [empty, AT_REST, MOVED].map((prediction) =>
      pixelsOf(outlinedScans([scanOf(AT_REST, prediction)], [5]).png),
    );
    const truthLine = solidPixels(none);
    const changed = none.filter((color, pixel) => color !== same[pixel]);
    // All that the equal prediction paints is the truth's line, of which a part stays to be seen.
    expect(same).toHaveLength(none.length);
    expect(changed.length).toBeGreaterThan(0);
    expect(solidPixels(changed)).toBe(changed.length);
    expect(solidPixels(same)).toBe(truthLine - changed.length);
    expect(solidPixels(same)).toBeGreaterThan(truthLine / 10);
    expect(solidPixels(moved)).toBeGreaterThan(solidPixels(same));
  });

  it("have square pixels in mm where voxels are not", () => {
    const spacing: Dims = [1, 1, 4];
    // 40 x 40 x 40 mm, labeled throughout, so that nothing is cut away.
    const full = labelMap([40, 40, 10], spacing, () => 5);
    const { width, height } = decode(outlinedScans([scanOf(full, full)], [5]).png);
    // Gaps of 6 pixels: 2 across and 4 down.
    expect(Math.abs((height - 24) / 3 - (width - 12))).toBeLessThanOrEqual(1);
  });

  it("have one row for single slices", () => {
    const slice = labelMap([30, 20, 1], CUBES, (i, j) => (i > 10 && i < 20 && j > 5 && j < 12 ? 5 : 0));
    const { width, height } = decode(outlinedScans([scanOf(slice, slice)], [5]).png);
    expect(height).toBeLessThan(width);
  });

  it("are upright whatever the axes of the file", () => {
    const upright = scanOf(AT_REST, MOVED);
    const reversed = (values: Int32Array): Int32Array => values.slice().reverse();
    const affine = [-1, 0, 0, 20, 0, -1, 0, 20, 0, 0, -1, 20, 0, 0, 0, 1];
    const turned: ComparedScan = {
      ...upright,
      volume: { ...upright.volume, affine, data: upright.volume.data.slice().reverse() },
      truth: { ...AT_REST, affine, data: reversed(AT_REST.data) },
      prediction: { ...MOVED, affine, data: reversed(MOVED.data) },
    };
    expect(outlinedScans([turned], [5]).png).toEqual(outlinedScans([upright], [5]).png);
  });

  it("with many labels tint the prediction, the truth's lines black, white ones where the two differ and nowhere else", () => {
    const labels = Array.from({ length: 33 }, (_, n) => n + 1);
    const striped = (shift: number): LabelMap => labelMap([33, 33, 1], CUBES, (i) => ((i + shift) % 33) + 1);
    const { png, caption, colors } = outlinedScans([scanOf(striped(0), striped(0))], labels);
    expect(caption).toContain("Tints");
    expect(new Set(colors.map(({ color }) => color)).size).toBe(33);
    const count = (file: Uint8Array, wanted: string): number =>
      pixelsOf(file).filter((color) => color === wanted).length;
    const { width, height } = decode(png);
    const gap = width * height - (width - 12) * (height - 12);
    expect(count(png, "#000000")).toBeGreaterThan(0);
    expect(count(png, "#ffffff")).toBe(gap);
    const block = labelMap([33, 33, 1], CUBES, (i, j) => (i > 8 && i < 20 && j > 8 && j < 20 ? 2 : 1));
    expect(count(outlinedScans([scanOf(striped(0), block)], labels).png, "#ffffff")).toBeGreaterThan(gap);
  });

  it("name a scan whose labels lie on another grid", () => {
    const other = labelMap(DIMS, [1, 1, 2], box(0));
    expect(() => outlinedScans([scanOf(AT_REST, other)], [5])).toThrow(InputError);
    expect(() => outlinedScans([scanOf(AT_REST, other)], [5])).toThrow(/scan/);
  });
});

describe("picked scans", () => {
  const scans = [0.5, 0.9, null, 0.7, 0.8].map((dice, n) => ({ id: `s${n}`, dice }));

  it("are the best, the lower median and the worst of those that were scored", () => {
    expect(pickScans(scans)).toEqual([
      { rank: "best", id: "s1", dice: 0.9 },
      { rank: "median", id: "s3", dice: 0.7 },
      { rank: "worst", id: "s0", dice: 0.5 },
    ]);
  });

  it("do not depend on the order, and are never one scan twice", () => {
    expect(pickScans([...scans].reverse())).toEqual(pickScans(scans));
    const equal = ["b", "a", "c"].map((id) => ({ id, dice: 0.5 }));
    expect(pickScans(equal).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(pickScans(scans.slice(0, 2)).map(({ rank }) => rank)).toEqual(["best", "worst"]);
    expect(pickScans(scans.slice(0, 1)).map(({ rank }) => rank)).toEqual(["best"]);
    expect(() => pickScans(scans.slice(2, 3))).toThrow(InputError);
  });
});
