import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Affine,
  affineDeterminant,
  affineFromParts,
  applyAffine,
  identityAffine,
  invertAffine,
  isInvertible,
  multiplyAffines,
  type Point,
  rotationFromEuler,
  scalingAffine,
  spacingMm,
  translationAffine,
} from "./affine.ts";
import { affineFromQform, qformFromAffine } from "./quaternion.ts";

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const offset = fc.double({ min: -300, max: 300, noNaN: true });
const step = fc
  .tuple(fc.double({ min: 0.1, max: 8, noNaN: true }), fc.boolean())
  .map(([mm, flip]) => (flip ? -mm : mm));

/** Affines without shear: any rotation, signed spacing and offset. */
const rigidWithSpacing: fc.Arbitrary<Affine> = fc
  .tuple(fc.tuple(angle, angle, angle), fc.tuple(step, step, step), fc.tuple(offset, offset, offset))
  .map(([[x, y, z], spacing, shift]) =>
    affineFromParts(
      rotationFromEuler(x, y, z).map((value, index) => value * spacing[index % 3]),
      shift,
    ),
  );

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  const worst = Math.max(...actual.map((value, index) => Math.abs(value - expected[index])));
  expect(worst, `[${actual}] against [${expected}]`).toBeLessThan(tolerance);
}

describe("affines", () => {
  it("an inverse undoes its affine, from both sides", () => {
    fc.assert(
      fc.property(rigidWithSpacing, (affine) => {
        expectClose(multiplyAffines(affine, invertAffine(affine)), identityAffine());
        expectClose(multiplyAffines(invertAffine(affine), affine), identityAffine(), 1e-8);
      }),
    );
  });

  it("a product applies its last factor first", () => {
    fc.assert(
      fc.property(rigidWithSpacing, rigidWithSpacing, fc.tuple(offset, offset, offset), (first, second, point) => {
        const expected = applyAffine(first, applyAffine(second, point as Point));
        expectClose(applyAffine(multiplyAffines(first, second), point as Point), expected, 1e-7);
      }),
    );
  });

  it("rotates as SPM's sample does: Euler angles z 0.1, y 0.2, x 0.3", () => {
    const expected = [0.975170327, -0.097843395, 0.198669331, 0.153791998, 0.944702486, -0.289629477];
    expectClose(rotationFromEuler(0.3, 0.2, 0.1).slice(0, 6), expected, 1e-8);
  });

  it("spacing is the length of each column, the determinant that of a voxel", () => {
    const affine = multiplyAffines(translationAffine([5, 6, 7]), scalingAffine([2, -3, 4]));
    expect(spacingMm(affine)).toEqual([2, 3, 4]);
    expect(affineDeterminant(affine)).toBe(-24);
  });

  it("tells matrices that flatten space", () => {
    expect(isInvertible(scalingAffine([1, 0, 1]))).toBe(false);
    expect(isInvertible(scalingAffine([1, Number.NaN, 1]))).toBe(false);
    expect(isInvertible(scalingAffine([1e-4, 1e-4, 1e-4]))).toBe(true);
    expect(() => invertAffine(scalingAffine([1, 0, 1]))).toThrow(RangeError);
  });
});

describe("qforms", () => {
  it("hold every affine without shear", () => {
    fc.assert(
      fc.property(rigidWithSpacing, (affine) => {
        const qform = qformFromAffine(affine);
        // NIfTI does not keep a; where it is below 3e-4 the standard makes it 0, which turns by up to 7e-4 radians.
        const nearHalfTurn = 1 - Math.hypot(...qform.quaternion) ** 2 < 1e-7;
        expectClose(affineFromQform(qform), affine, nearHalfTurn ? 7e-4 * Math.max(...qform.spacingMm) : 1e-6);
      }),
    );
  });

  it("half turns, where a is 0, come out right", () => {
    for (const diagonal of [
      [1, -1, -1],
      [-1, 1, -1],
      [-1, -1, 1],
      [-1, 1, 1],
      [1, 1, -1],
    ] as const) {
      const affine = scalingAffine(diagonal);
      expectClose(affineFromQform(qformFromAffine(affine)), affine, 1e-12);
    }
  });

  it("a quaternion that rounding made longer than 1 is no NaN", () => {
    const qform = { quaternion: [0, 1.0000001, 0], qfac: 1, spacingMm: [1, 2, 3], offsetMm: [0, 0, 0] } as const;
    expectClose(affineFromQform(qform), scalingAffine([-1, 2, -3]), 1e-12);
  });

  it("the nearest rotation of a sheared affine is orthogonal", () => {
    const sheared = affineFromParts([1, 0.3, 0, 0, 1, 0, 0, 0, 1], [1, 2, 3]);
    const back = affineFromQform(qformFromAffine(sheared));
    const [x, y] = [0, 1].map((column) => [back[column], back[4 + column], back[8 + column]]);
    expect(x[0] * y[0] + x[1] * y[1] + x[2] * y[2]).toBeCloseTo(0, 10);
  });
});
