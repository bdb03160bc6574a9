import { expect, it } from "vitest";
import { foldedFraction, jacobianDeterminant } from "./folding.ts";

/** A displacement `[3, D, H, W]` from a formula in voxels. */
function field(
  [depth, height, width]: readonly number[],
  u: (d: number, h: number, w: number) => readonly [number, number, number],
): Float32Array {
  const count = depth * height * width;
  const data = new Float32Array(3 * count);
  for (let voxel = 0; voxel < count; voxel++) {
    const [d, h, w] = [Math.floor(voxel / (height * width)), Math.floor(voxel / width) % height, voxel % width];
    u(d, h, w).forEach((value, channel) => {
      data[channel * count + voxel] = value;
    });
  }
  return data;
}

const extents = [5, 6, 7];

it("no displacement keeps every volume and folds nowhere", () => {
  const still = new Float32Array(3 * 5 * 6 * 7);
  expect(new Set(jacobianDeterminant(still, extents))).toEqual(new Set([1]));
  expect(foldedFraction(still, extents)).toBe(0);
});

it("a linear field has the determinant of its matrix everywhere, the border included", () => {
  // I + A with every entry different, so that swapped channels or axes would show.
  const a = [
    [0.1, 0.2, -0.3],
    [-0.15, 0.25, 0.05],
    [0.12, -0.07, -0.2],
  ];
  const linear = field(extents, (d, h, w) => {
    const [x, y, z] = a.map((row) => row[0] * d + row[1] * h + row[2] * w);
    return [x, y, z];
  });
  const expected =
    1.1 * (1.25 * 0.8 - 0.05 * -0.07) - 0.2 * (-0.15 * 0.8 - 0.05 * 0.12) + -0.3 * (-0.15 * -0.07 - 1.25 * 0.12);
  for (const value of jacobianDeterminant(linear, extents)) expect(value).toBeCloseTo(expected, 5);
});

it("a mirror in W folds everywhere, a mirror of the last half only there", () => {
  expect(
    foldedFraction(
      field(extents, (_, __, w) => [0, 0, -2 * w]),
      extents,
    ),
  ).toBe(1);
  const half = field(extents, (_, __, w) => [0, 0, w > 4 ? -2 * (w - 4) : 0]);
  // Slopes are -1 at w = 4 (central), -2 at w = 5 and 6: the determinant is 0 or -1 there.
  expect(foldedFraction(half, extents)).toBeCloseTo(3 / 7, 12);
});

it("refuses a field of another size", () => {
  expect(() => jacobianDeterminant(new Float32Array(10), extents)).toThrow(RangeError);
});
