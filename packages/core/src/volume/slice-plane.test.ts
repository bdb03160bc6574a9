import { expect, it } from "vitest";
import {
  type Affine,
  affineFromParts,
  applyAffine,
  identityAffine,
  linearPart,
  multiplyAffines,
  type Point,
  rotationFromEuler,
  scalingAffine,
} from "./affine.ts";
import { turnBetweenPlanes } from "./slice-plane.ts";
import type { Grid } from "./volume.ts";

const turned = (x: number, y: number, z: number): Affine => affineFromParts(rotationFromEuler(x, y, z), [3, -7, 20]);
const slice = (affine: Affine): Grid => ({ dims: [8, 9, 1], affine });
const flat = slice(scalingAffine([2, 3, 4]));

it("turns the plane of one slice into the other's: directions in the one become directions in the other", () => {
  const tilted = slice(multiplyAffines(turned(0.4, -0.3, 1.2), scalingAffine([2, 3, 4])));
  const turn = turnBetweenPlanes(flat, tilted, "a", "b");
  const normal: Point = [tilted.affine[2], tilted.affine[6], tilted.affine[10]];
  for (const direction of [
    [1, 0, 0],
    [0, 1, 0],
  ] as const) {
    const [x, y, z] = applyAffine(turn, direction);
    expect(Math.hypot(x, y, z)).toBeCloseTo(1, 12);
    expect(x * normal[0] + y * normal[1] + z * normal[2]).toBeCloseTo(0, 12);
  }
});

it("is the identity for slices of one plane, whichever way they are listed, and for volumes", () => {
  const mirrored = slice(scalingAffine([-2, 3, 4]));
  expect(linearPart(turnBetweenPlanes(flat, mirrored, "a", "b"))).toEqual(linearPart(identityAffine()));
  const standing: Grid = { dims: [8, 1, 9], affine: affineFromParts([1, 0, 0, 0, 0, 1, 0, 1, 0], [0, 0, 0]) };
  expect(linearPart(turnBetweenPlanes(flat, standing, "a", "b"))).toEqual(linearPart(identityAffine()));
  const volume: Grid = { dims: [8, 9, 2], affine: turned(1, 1, 1) };
  expect(turnBetweenPlanes(volume, volume, "a", "b")).toEqual(identityAffine());
});

it("refuses an axial and a coronal slice", () => {
  const coronal: Grid = { dims: [8, 1, 9], affine: identityAffine() };
  expect(() => turnBetweenPlanes(flat, coronal, "a.nii", "b.nii")).toThrow(
    "b.nii: expected a slice of about the same plane as a.nii, got a plane 90 degrees away",
  );
});
