import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellAreas } from "./cell-area.ts";
import { type DistanceMetric, distanceTransform } from "./distance-transform.ts";
import type { Mask } from "./mask.ts";
import { averageSurfaceDistance, hausdorffDistance, surfaceDistances } from "./surface-distance.ts";
import { surfacePoints } from "./surface-points.ts";

/** The slow, obvious twin: look at every pair of points. */
function slowDistances(
  dims: readonly number[],
  spacingMm: readonly number[],
  points: number[],
  metric: DistanceMetric,
): number[] {
  const position = (index: number): number[] => {
    let rest = index;
    return dims.map((size) => {
      const at = rest % size;
      rest = (rest - at) / size;
      return at;
    });
  };
  return Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) =>
    points.reduce((nearest, point) => {
      const [here, there] = [position(index), position(point)];
      const steps = here.map((at, axis) => Math.abs(at - there[axis]));
      const distance = {
        euclidean: Math.hypot(...steps.map((step, axis) => step * spacingMm[axis])),
        chessboard: Math.max(...steps),
        taxicab: steps.reduce((a, b) => a + b, 0),
      };
      return Math.min(nearest, distance[metric]);
    }, Infinity),
  );
}

const spacing = fc.double({ min: 0.2, max: 4, noNaN: true });
const lattices = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), spacing), { minLength: 2, maxLength: 3 })
  .chain((axes) => {
    const size = axes.reduce((product, [length]) => product * length, 1);
    return fc.record({
      dims: fc.constant(axes.map(([length]) => length)),
      spacingMm: fc.constant(axes.map(([, mm]) => mm)),
      points: fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 8 }),
    });
  });

describe("distance transform", () => {
  it.each(["euclidean", "chessboard", "taxicab"] as const)("%s agrees with all pairs", (metric) => {
    fc.assert(
      fc.property(lattices, ({ dims, spacingMm, points }) => {
        const fast = distanceTransform({ dims, spacingMm }, points, metric);
        slowDistances(dims, spacingMm, points, metric).forEach((distance, index) => {
          if (distance === Infinity) expect(fast[index]).toBe(Infinity);
          else expect(fast[index]).toBeCloseTo(distance, 9);
        });
      }),
    );
  });
});

describe("areas of marching-cubes cells", () => {
  it("are the same inside out and mirrored, and 0 without a surface", () => {
    const areas = cellAreas([0.8, 1.1, 2.3]);
    expect([areas[0], areas[255]]).toEqual([0, 0]);
    for (let code = 1; code < 255; code++) {
      expect(areas[code]).toBeGreaterThan(0);
      expect(areas[code]).toBeCloseTo(areas[255 - code], 12);
      // Corner c mirrored along the first axis is corner c ^ 1.
      const mirrored = ((code & 0b01010101) << 1) | ((code & 0b10101010) >> 1);
      expect(areas[code]).toBeCloseTo(areas[mirrored], 12);
    }
  });

  it("add up to the area of a half space through the grid", () => {
    const mask = boxMask([12, 12, 12], [0, 0, 0], [5, 12, 12], [0.8, 1.1, 2.3]);
    const { points, weights, lattice } = surfacePoints(mask, "surfel");
    // The corners of the plane away from the volume's border.
    const inPlane = points.flatMap((point, index) => {
      const [i, j, k] = [point % 13, Math.floor(point / 13) % 13, Math.floor(point / 169)];
      return i === 5 && j > 0 && j < 12 && k > 0 && k < 12 ? [weights[index]] : [];
    });
    expect(lattice.dims).toEqual([13, 13, 13]);
    expect(inPlane.reduce((a, b) => a + b, 0)).toBeCloseTo(11 * 1.1 * 11 * 2.3, 9);
  });
});

describe("surface distances", () => {
  it.each(["voxel-center", "surfel"] as const)("of a box moved by 2 voxels, %s", (convention) => {
    const truth = boxMask([20, 12, 12], [4, 3, 3], [9, 9, 9], [1.5, 1, 1]);
    const moved = boxMask([20, 12, 12], [6, 3, 3], [11, 9, 9], [1.5, 1, 1]);
    const distances = surfaceDistances(moved, truth, { convention });
    expect(hausdorffDistance(distances)).toBeCloseTo(3, 12);
    expect(averageSurfaceDistance(distances.predictionToTruth)).toBeGreaterThan(0);
    expect(hausdorffDistance(surfaceDistances(truth, truth, { convention }))).toBe(0);
  });

  it("do not depend on where in the volume the masks lie, nor on its order of axes", () => {
    const one = surfaceDistances(
      boxMask([9, 8, 7], [0, 0, 0], [4, 3, 2], [1, 2, 3]),
      boxMask([9, 8, 7], [1, 1, 1], [6, 3, 4], [1, 2, 3]),
    );
    const other = surfaceDistances(
      boxMask([17, 18, 19], [7, 7, 7], [9, 10, 11], [3, 2, 1]),
      boxMask([17, 18, 19], [8, 8, 8], [11, 10, 13], [3, 2, 1]),
    );
    expect(other).toEqual(one);
  });
});

function boxMask(
  dims: readonly number[],
  first: readonly number[],
  end: readonly number[],
  spacingMm: readonly number[],
): Mask {
  const data = new Uint8Array(dims[0] * dims[1] * dims[2]);
  for (let k = first[2]; k < end[2]; k++) {
    for (let j = first[1]; j < end[1]; j++) {
      for (let i = first[0]; i < end[0]; i++) data[i + dims[0] * (j + dims[1] * k)] = 1;
    }
  }
  return { dims, spacingMm, data };
}
