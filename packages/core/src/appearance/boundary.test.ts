import { createRandom } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { labelBoundary } from "./boundary.ts";

test("marks both voxels of every pair of face neighbors with different labels, and no other", () => {
  const extents = [4, 5, 6];
  const random = createRandom(1, "boundary");
  const classes = Float32Array.from({ length: 120 }, () => (random.uniform() < 0.8 ? 0 : random.integer(3)));
  const at = (d: number, h: number, w: number): number | undefined =>
    d < 0 || h < 0 || w < 0 || d >= 4 || h >= 5 || w >= 6 ? undefined : classes[(d * 5 + h) * 6 + w];
  const boundary = labelBoundary(classes, extents);
  for (let d = 0; d < 4; d++) {
    for (let h = 0; h < 5; h++) {
      for (let w = 0; w < 6; w++) {
        const own = at(d, h, w);
        const near = [
          at(d - 1, h, w),
          at(d + 1, h, w),
          at(d, h - 1, w),
          at(d, h + 1, w),
          at(d, h, w - 1),
          at(d, h, w + 1),
        ];
        const differs = near.some((other) => other !== undefined && other !== own);
        expect(boundary[(d * 5 + h) * 6 + w]).toBe(differs ? 1 : 0);
      }
    }
  }
});
