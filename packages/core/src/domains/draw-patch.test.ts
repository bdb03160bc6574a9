import { createRandom } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { cutPatch, drawPatch } from "./draw-patch.ts";
import type { LabeledVolume } from "./prepare-case.ts";

const extents = [10, 12, 14];
const size = 10 * 12 * 14;

function volumeOf(classAt: (d: number, h: number, w: number) => number): Required<LabeledVolume> {
  const image = Float32Array.from({ length: size }, (_, index) => index);
  const classes = image.map((index) => classAt(Math.floor(index / 168), Math.floor(index / 14) % 12, index % 14));
  return { image, classes, extents };
}

describe("drawPatch", () => {
  // A large structure and one of a single voxel.
  const volume = volumeOf((d, h, w) => (d === 7 && h === 9 && w === 2 ? 2 : w > 9 ? 1 : 0));

  it("centers the share on labels, each class as often, and stays inside", () => {
    const counts = new Map<number | null, number>();
    for (let index = 0; index < 400; index++) {
      const draw = drawPatch(createRandom(1, "patch", index), volume, [4, 4, 4], 0.5);
      counts.set(draw.around, (counts.get(draw.around) ?? 0) + 1);
      expect(draw.start.every((start, axis) => start >= 0 && start + 4 <= extents[axis])).toBe(true);
      if (draw.around === 2) expect(draw.start).toEqual([5, 7, 0]);
      if (draw.around !== null) expect(cutPatch(volume, draw, [4, 4, 4]).classes).toContain(draw.around);
    }
    expect(counts.get(null)).toBeGreaterThan(160);
    expect(counts.get(null)).toBeLessThan(240);
    expect(Math.abs((counts.get(1) ?? 0) - (counts.get(2) ?? 0))).toBeLessThan(60);
  });

  it("is the same for the same stream, and takes anywhere where there is no label", () => {
    const draw = () => drawPatch(createRandom(1, "patch", 3), volume, [4, 4, 4], 1);
    expect(draw()).toEqual(draw());
    const nothing = volumeOf((d) => (d === 0 ? -1 : 0));
    expect(drawPatch(createRandom(1), nothing, [4, 4, 4], 1).around).toBeNull();
  });
});

describe("cutPatch", () => {
  it("copies the box and pads with 0 and not labeled", () => {
    const volume = volumeOf(() => 1);
    const draw = drawPatch(createRandom(2), volume, [13, 4, 16], 1);
    expect([draw.start[0], draw.start[2]]).toEqual([-1, -1]);
    const { image, classes } = cutPatch(volume, { start: [-1, 3, -1] }, [13, 4, 16]);
    const wrong: number[][] = [];
    for (let d = 0; d < 13; d++) {
      for (let h = 0; h < 4; h++) {
        for (let w = 0; w < 16; w++) {
          const [z, y, x] = [d - 1, h + 3, w - 1];
          const inside = z >= 0 && z < 10 && x >= 0 && x < 14;
          const at = (d * 4 + h) * 16 + w;
          const expected = inside ? [(z * 12 + y) * 14 + x, 1] : [0, -1];
          if (image[at] !== expected[0] || classes[at] !== expected[1]) wrong.push([d, h, w]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("a box beside the volume is empty", () => {
    const { image, classes } = cutPatch(
      volumeOf(() => 1),
      { start: [20, -9, 0] },
      [3, 3, 3],
    );
    expect(image.every((value) => value === 0)).toBe(true);
    expect(classes.every((value) => value === -1)).toBe(true);
  });
});
