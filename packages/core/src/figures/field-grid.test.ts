import { convertIndexedToRgb, decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { jacobianDeterminant } from "../evaluate/folding.ts";
import { scalingAffine } from "../volume/affine.ts";
import type { Grid } from "../volume/volume.ts";
import { fieldGrid, type SubjectField } from "./field-grid.ts";
import { levelLines } from "./level-lines.ts";

const EXTENTS = [12, 20, 24] as const;
const COUNT = EXTENTS[0] * EXTENTS[1] * EXTENTS[2];
const GRID: Grid = { dims: [24, 20, 12], affine: scalingAffine([1, 1, 1]) };
/** Labeled in slice d = 6 alone, so that this slice is the one shown: h upwards, w to the right. */
const CLASSES = Float32Array.from({ length: COUNT }, (_, at) => (Math.floor(at / (20 * 24)) === 6 ? 1 : 0));

type Field = (d: number, h: number, w: number) => readonly [number, number, number];

function subjectOf(field: Field): SubjectField {
  const displacement = new Float32Array(3 * COUNT);
  for (let at = 0; at < COUNT; at++) {
    const [d, h, w] = [Math.floor(at / 480), Math.floor(at / 24) % 20, at % 24];
    for (const [channel, u] of field(d, h, w).entries()) displacement[channel * COUNT + at] = u;
  }
  const image = new Float32Array(COUNT).fill(1);
  return { id: "subject", displacement, determinant: jacobianDeterminant(displacement, EXTENTS), image };
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue. */
  at(x: number, y: number): readonly number[];
}

/** The one picture without the gap of 6 pixels around it. */
function shown(subject: SubjectField, grid = GRID): Pixels {
  const decoded = decode(fieldGrid([subject], grid, CLASSES).png);
  const data = decoded.palette === undefined ? decoded.data : convertIndexedToRgb(decoded);
  const [width, height] = [decoded.width - 12, decoded.height - 12];
  return {
    width,
    height,
    at: (x, y) => [0, 1, 2].map((channel) => data[3 * ((y + 6) * decoded.width + x + 6) + channel]),
  };
}

const isMark = ([red, , blue]: readonly number[]): boolean => red > blue + 100;
const isDark = ([red, green]: readonly number[]): boolean => red < 100 && green < 120;

function darkRuns(pixels: Pixels, y: number): number[] {
  const starts: number[] = [];
  for (let x = 1; x < pixels.width; x++) if (isDark(pixels.at(x, y)) && !isDark(pixels.at(x - 1, y))) starts.push(x);
  return starts;
}

describe("grid of a field", () => {
  it("is regular and unmarked where nothing moves", () => {
    const pixels = shown(subjectOf(() => [0, 0, 0]));
    // 24 columns of 1 mm: a line each millimeter, 8 pixels apart; between two horizontal lines, only vertical ones.
    const [first, second] = [darkRuns(pixels, 8), darkRuns(pixels, 80)];
    expect(first).toEqual(second);
    expect(first.length).toBeGreaterThanOrEqual(22);
    expect(new Set(first.slice(1).map((x, n) => x - first[n]))).toEqual(new Set([8]));
    for (let y = 0; y < pixels.height; y++) {
      for (let x = 0; x < pixels.width; x++) expect(isMark(pixels.at(x, y))).toBe(false);
    }
  });

  it("moves against the pull-back: what is read half a voxel to the right appears half a voxel to the left", () => {
    const [still, moved] = [0, 0.5].map((u) => darkRuns(shown(subjectOf(() => [0, 0, u])), 8));
    expect(moved.filter((x) => x > 8)).toEqual(still.map((x) => x - 4).filter((x) => x > 8));
  });

  it("is twice as dense where x + u(x) runs twice as fast", () => {
    const runs = darkRuns(shown(subjectOf((_d, _h, w) => [0, 0, w < 12 ? 0 : w - 12])), 8);
    const gaps = runs.slice(1).map((x, n) => x - runs[n]);
    expect(gaps.slice(0, 8)).toEqual(new Array(8).fill(8));
    expect(gaps.slice(-8)).toEqual(new Array(8).fill(4));
  });

  it("is marked exactly where the field folds", () => {
    // Slope -2 for 4 voxels along w in the lower half: 1 + du/dw = -1 there.
    const fold: Field = (_d, h, w) => [0, 0, h < 10 ? -2 * Math.min(Math.max(w - 8, 0), 4) : 0];
    const subject = subjectOf(fold);
    const pixels = shown(subject);
    let marked = 0;
    for (let h = 0; h < 20; h++) {
      for (let w = 0; w < 24; w++) {
        const folds = subject.determinant[6 * 480 + h * 24 + w] <= 0;
        const inside = [1, 2, 3, 4, 5, 6, 7].map((n) => pixels.at(8 * w + n, pixels.height - 8 * h - 1 - n));
        expect(inside.some(isMark)).toBe(folds);
        if (folds) marked++;
      }
    }
    expect(marked).toBe(50);
    expect(fieldGrid([subject], GRID, CLASSES).caption).toMatch(/subject \(10\.42 %\)/);
  });

  it("has square pixels in mm where voxels are not", () => {
    const { width, height } = shown(
      subjectOf(() => [0, 0, 0]),
      { ...GRID, affine: scalingAffine([1, 3, 1]) },
    );
    expect(height / width).toBeCloseTo((20 * 3) / 24, 2);
  });
});

describe("level lines", () => {
  it("of a slope are where the slope takes the levels", () => {
    const slope = Float32Array.from({ length: 5 * 7 }, (_, at) => 0.5 * (at % 7));
    const pieces = levelLines(slope, 5, 7, { offset: 0.25, step: 1 });
    // 0.25, 1.25 and 2.25 lie at columns 0.5, 2.5 and 4.5; four pieces each.
    expect(pieces).toHaveLength(12);
    for (const [from, to] of pieces) {
      expect(from[0]).toBeCloseTo(to[0], 6);
      expect(from[0] % 2).toBeCloseTo(0.5, 6);
    }
  });
});
