import { createRandom } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { resampleLabels } from "../volume/resample.ts";
import { drawPhantom, PHANTOM_SPACING_MM, type PhantomDraw, phantomGrid } from "./draw-phantom.ts";
import { PHANTOM_LABELS } from "./phantom-shape.ts";
import { renderPhantom } from "./render-phantom.ts";

const drawn = (index: number): PhantomDraw => drawPhantom(createRandom(3, "phantom test", index));
const rendered = (draw: PhantomDraw): ReturnType<typeof renderPhantom> => renderPhantom(draw, phantomGrid(draw));
const SUBJECTS = 50;
const subjects = Array.from({ length: SUBJECTS }, (_, index) => rendered(drawn(index)));

function dice(first: Int32Array, second: Int32Array, label: number): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < first.length; at++) {
    const [a, b] = [first[at] === label, second[at] === label];
    if (a && b) both++;
    sum += Number(a) + Number(b);
  }
  return (2 * both) / sum;
}

describe("renderPhantom", () => {
  it("gives the same bits for the same draw, also after the draw went through JSON", () => {
    const again = rendered(JSON.parse(JSON.stringify(drawn(0))));
    expect(again).toEqual(subjects[0]);
    expect(subjects[1].image.data).not.toEqual(subjects[0].image.data);
  });

  it("shows every label in every subject, none but them, and none at the grid's faces", () => {
    for (const { labels } of subjects) {
      const counts = new Array<number>(5).fill(0);
      for (const value of labels.data) counts[value]++;
      expect(Object.keys(PHANTOM_LABELS)).toEqual(["1", "2", "3", "4"]);
      expect(counts).toHaveLength(5);
      expect(Math.min(...counts.slice(1))).toBeGreaterThan(80);
      const [ni, nj, nk] = labels.dims;
      const atFace = labels.data.some((value, at) => {
        const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / ni / nj)];
        return value !== 0 && (i % (ni - 1) === 0 || j % (nj - 1) === 0 || k % (nk - 1) === 0);
      });
      expect(atFace).toBe(false);
    }
  });

  it("makes intensities that are finite, not negative and of a scanner's size", () => {
    for (const { image } of subjects) {
      let [low, high] = [Number.POSITIVE_INFINITY, 0];
      for (const value of image.data) [low, high] = [Math.min(low, value), Math.max(high, value)];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeGreaterThan(300);
      expect(high).toBeLessThan(8000);
    }
  });

  it("varies anatomy so that two subjects' small structures overlap, but far from fully", () => {
    const grid = phantomGrid({ ...drawn(0), dims: [40, 48, 40] });
    const maps = subjects.slice(0, 12).map(({ labels }) => resampleLabels(labels, grid).data);
    for (const label of [2, 3, 4]) {
      const pairs = maps.flatMap((first, a) => maps.slice(a + 1).map((second) => dice(first, second, label)));
      const mean = pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
      expect(mean, PHANTOM_LABELS[label]).toBeGreaterThan(0.45);
      expect(mean, PHANTOM_LABELS[label]).toBeLessThan(0.7);
    }
  });

  it("puts the anatomy in the world, not in the grid", () => {
    const draw = drawn(0);
    const grid = phantomGrid(draw);
    const shift = 4;
    const moved = grid.affine.map((value, index) => (index === 3 ? value + shift * PHANTOM_SPACING_MM : value));
    const { labels } = renderPhantom(draw, { dims: grid.dims, affine: moved });
    const expected = resampleLabels(subjects[0].labels, labels);
    expect(dice(labels.data, expected.data, 1)).toBe(1);
  });
});
