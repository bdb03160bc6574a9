import { createRandom } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { affineFromParts } from "../volume/affine.ts";
import { reorient } from "../volume/orientation.ts";
import type { Grid, LabelMap, Volume } from "../volume/volume.ts";
import type { DomainPlan } from "./plan.ts";
import { prepareCase, preparedGrid, undoCase } from "./prepare-case.ts";

const plan: DomainPlan = {
  name: "set",
  spacingMm: [1, 1, 1],
  clipPercentiles: [0.5, 99.5],
  labels: { 2: { name: "two", class: 1 }, 5: { name: "five", class: 2 } },
  training: ["a"],
  validation: [],
};
const grid: Grid = { dims: [10, 12, 8], affine: affineFromParts([1, 0, 0, 0, 1, 0, 0, 0, 1], [-4, 3, 7]) };
const size = 10 * 12 * 8;

function imageOf(value: (index: number) => number): Volume {
  return { kind: "image", ...grid, data: Float32Array.from({ length: size }, (_, index) => value(index)) };
}
function labelsOf(value: (index: number) => number): LabelMap {
  return { kind: "labels", ...grid, data: Int32Array.from({ length: size }, (_, index) => value(index)) };
}
const random = createRandom(3, "prepare-case");
const noise = random.normals(size);
const image = imageOf((index) => 1000 + 40 * noise[index]);
const labels = labelsOf((index) => [0, 2, 5, 9][index % 4]);

describe("prepareCase", () => {
  it("has mean 0 and deviation 1 after clipping, and -1 where the plan does not know the label", () => {
    const { image: values, classes, extents } = prepareCase(plan, image, labels);
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const square = values.reduce((sum, value) => sum + value ** 2, 0) / size;
    expect(mean).toBeCloseTo(0, 5);
    expect(square).toBeCloseTo(1, 5);
    expect(extents).toEqual([8, 12, 10]);
    expect([...(classes ?? []).slice(0, 8)]).toEqual([0, 1, 2, -1, 0, 1, 2, -1]);
    const outlier = prepareCase(
      plan,
      imageOf((index) => (index === 5 ? 1e7 : noise[index])),
    );
    expect(Math.max(...outlier.image)).toBeLessThan(4);
    expect(outlier.classes).toBeUndefined();
  });

  it("does not mind how the file lists its voxels", () => {
    const one = prepareCase(plan, image, labels);
    const other = prepareCase(plan, reorient(image, "ASL"), reorient(labels, "ASL"));
    expect(other).toEqual(one);
  });

  it("a constant image and one object on black become numbers", () => {
    expect(
      prepareCase(
        plan,
        imageOf(() => 0.1),
      ).image.every((value) => value === 0),
    ).toBe(true);
    const dot = prepareCase(
      plan,
      imageOf((index) => (index === 100 ? 1 : 0)),
    ).image;
    expect(dot.every(Number.isFinite)).toBe(true);
    expect(dot[100]).toBeGreaterThan(1);
  });

  it("resamples to the plan's spacing", () => {
    const { extents, affine } = prepareCase({ ...plan, spacingMm: [2, 1, 4] }, image, labels);
    expect(extents).toEqual([2, 12, 5]);
    expect(affine[0]).toBeCloseTo(2);
    expect(affine[10]).toBeCloseTo(4);
  });

  it("labels of another grid are refused", () => {
    expect(() =>
      prepareCase(plan, image, { ...labels, affine: affineFromParts([2, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]) }),
    ).toThrow("expected the grid of the image");
  });
});

describe("undoCase", () => {
  it.each(["RAS", "LPI", "SRA"])("gives labels back on the scan's own grid, listed as %s", (codes) => {
    // A block of each class, large enough to survive a grid of another spacing away from its border.
    const blocks = labelsOf((index) => (index % 10 < 4 ? 2 : index % 10 > 6 ? 5 : 0));
    const [scan, truth] = [reorient(image, codes), reorient(blocks, codes)];
    for (const spacingMm of [
      [1, 1, 1],
      [0.5, 1.5, 1],
    ] as const) {
      const own: DomainPlan = { ...plan, spacingMm };
      const { classes = new Float32Array() } = prepareCase(own, scan, truth);
      const probabilities = new Float32Array(3 * classes.length);
      for (let p = 0; p < classes.length; p++) probabilities[classes[p] * classes.length + p] = 1;
      const back = undoCase(own, probabilities, scan);
      expect(back.affine).toEqual(scan.affine);
      expect(back.dims).toEqual(scan.dims);
      const same = back.data.reduce((sum, value, index) => sum + (value === truth.data[index] ? 1 : 0), 0);
      expect(same / size).toBe(1);
    }
    expect(preparedGrid(scan, plan).dims).toEqual([10, 12, 8]);
  });
});
