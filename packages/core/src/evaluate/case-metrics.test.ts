import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { caseMetrics } from "./case-metrics.ts";

const dims = [8, 8, 8];
const spacingMm = [1, 1, 1];

/** A volume of zeros with boxes of label values, `[i, j, k]` from first to end. */
function volume(...boxes: readonly (readonly [label: number, first: number, end: number])[]): Int32Array {
  const data = new Int32Array(512);
  for (const [label, first, end] of boxes) {
    for (let voxel = 0; voxel < 512; voxel++) {
      const position = [voxel % 8, Math.floor(voxel / 8) % 8, Math.floor(voxel / 64)];
      if (position.every((at) => at >= first && at < end)) data[voxel] = label;
    }
  }
  return data;
}

describe("case metrics", () => {
  it("a perfect prediction", () => {
    const truth = volume([1, 0, 4], [2, 4, 8]);
    const { labels, mean } = caseMetrics(truth, truth, { dims, spacingMm, labels: [1, 2] });
    const perfect = { dice: 1, hd95Mm: 0, assdMm: 0, surfaceDice1mm: 1, volumeSimilarity: 1 };
    expect(labels).toEqual([1, 2].map((label) => ({ label, found: "found", ...perfect })));
    expect(mean).toEqual(perfect);
  });

  it("counts a miss as 0, a false find as 0, and leaves out what is nowhere", () => {
    const truth = volume([1, 0, 4], [2, 5, 8]);
    const prediction = volume([1, 0, 4], [3, 5, 8]);
    const { labels, mean } = caseMetrics(prediction, truth, { dims, spacingMm, labels: [1, 2, 3, 4] });
    expect(labels.map(({ found }) => found)).toEqual(["found", "missed", "spurious", "absent"]);
    expect(labels.map(({ dice }) => dice)).toEqual([1, 0, 0, null]);
    expect(labels.map(({ surfaceDice1mm }) => surfaceDice1mm)).toEqual([1, 0, 0, null]);
    expect(labels.map(({ hd95Mm, assdMm }) => [hd95Mm, assdMm])).toEqual([
      [0, 0],
      [null, null],
      [null, null],
      [null, null],
    ]);
    expect(mean.dice).toBeCloseTo(1 / 3, 12);
    expect(mean.hd95Mm).toBe(0);
  });

  it("measures in millimeters, along the right axes", () => {
    const truth = volume([1, 2, 5]);
    const shifted = Int32Array.from(truth, (_, voxel) => (voxel % 8 > 1 ? truth[voxel - 2] : 0));
    const [label] = caseMetrics(shifted, truth, { dims, spacingMm: [2, 1, 1], labels: [1] }).labels;
    expect(label.dice).toBeCloseTo(1 / 3, 12);
    expect(label.hd95Mm).toBe(4);
    expect(label.volumeSimilarity).toBe(1);
  });

  it("agrees with the definitions, all pairs of edge voxels looked at", () => {
    const voxels = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(voxels, voxels, (prediction, truth) => {
        fc.pre(prediction.includes(1) && truth.includes(1));
        const grid = { dims: [5, 4, 3], spacingMm: [0.6, 1.1, 2.3] };
        const [label] = caseMetrics(prediction, truth, { ...grid, labels: [1] }).labels;
        for (const [metric, value] of Object.entries(slowMetrics(prediction, truth, grid))) {
          expect(label[metric as keyof typeof label], metric).toBeCloseTo(value, 9);
        }
      }),
    );
  });

  it("judges a slice in its plane, wherever the axis of one voxel stands", () => {
    const slice = Int32Array.from({ length: 64 }, (_, pixel) =>
      pixel % 8 > 1 && pixel % 8 < 7 && pixel > 15 && pixel < 56 ? 1 : 0,
    );
    const other = Int32Array.from(slice, (_, pixel) => (pixel > 7 ? slice[pixel - 8] : 0));
    const flat = [
      [8, 8, 1],
      [8, 1, 8],
      [1, 8, 8],
      [8, 8],
    ].map((size) => caseMetrics(other, slice, { dims: size, spacingMm: size.map(() => 1), labels: [1] }));
    for (const result of flat) expect(result).toEqual(flat[0]);
    expect(flat[0].mean.assdMm).toBeGreaterThan(0);
  });

  it("takes either convention of surfaces", () => {
    const [truth, prediction] = [volume([1, 1, 6]), volume([1, 2, 6])];
    const options = { dims, spacingMm, labels: [1] };
    const centers = caseMetrics(prediction, truth, options);
    const surfels = caseMetrics(prediction, truth, { ...options, surface: "surfel" });
    expect(centers.mean.dice).toBe(surfels.mean.dice);
    expect(centers.mean.assdMm).not.toBe(surfels.mean.assdMm);
  });

  it("refuses another number of voxels", () => {
    expect(() => caseMetrics(new Int32Array(5), volume(), { dims, spacingMm, labels: [1] })).toThrow(InputError);
  });
});

interface SlowGrid {
  readonly dims: readonly number[];
  readonly spacingMm: readonly number[];
}

/** The slow, obvious twin of the scores of label 1. */
function slowMetrics(
  prediction: readonly number[],
  truth: readonly number[],
  grid: SlowGrid,
): Readonly<Record<string, number>> {
  const [one, other] = [edgePoints(prediction, grid), edgePoints(truth, grid)];
  const nearest = (from: number[][], to: number[][]): number[] =>
    from.map((a) => Math.min(...to.map((b) => Math.hypot(...a.map((x, axis) => x - b[axis]))))).sort((a, b) => a - b);
  const [there, back] = [nearest(one, other), nearest(other, one)];
  const pooled = [...there, ...back];
  const [a, b] = [prediction, truth].map((mask) => mask.reduce((sum, value) => sum + value, 0));
  const both = prediction.reduce((sum, value, voxel) => sum + value * truth[voxel], 0);
  return {
    dice: (2 * both) / (a + b),
    hd95Mm: Math.max(percentile95(there), percentile95(back)),
    assdMm: pooled.reduce((sum, mm) => sum + mm, 0) / pooled.length,
    surfaceDice1mm: pooled.filter((mm) => mm <= 1).length / pooled.length,
    volumeSimilarity: 1 - Math.abs(a - b) / (a + b),
  };
}

/** Positions in mm of the voxels that a face neighbor, or the outside of the volume, borders on. */
function edgePoints(mask: readonly number[], { dims, spacingMm }: SlowGrid): number[][] {
  const value = (at: readonly number[]): number =>
    at.some((n, axis) => n < 0 || n >= dims[axis]) ? 0 : mask[at[0] + dims[0] * (at[1] + dims[1] * at[2])];
  const steps = [0, 1, 2].flatMap((axis) => [-1, 1].map((step) => [0, 1, 2].map((n) => (n === axis ? step : 0))));
  return mask.flatMap((inside, voxel) => {
    const at = [voxel % dims[0], Math.floor(voxel / dims[0]) % dims[1], Math.floor(voxel / (dims[0] * dims[1]))];
    const isEdge = inside === 1 && steps.some((step) => value(at.map((n, axis) => n + step[axis])) === 0);
    return isEdge ? [at.map((n, axis) => n * spacingMm[axis])] : [];
  });
}

/** Linear interpolation between the two nearest ranks, as numpy's percentile does. */
function percentile95(sorted: readonly number[]): number {
  const rank = 0.95 * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return low + (rank - Math.floor(rank)) * (high - low);
}
