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
