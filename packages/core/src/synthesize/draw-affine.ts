import type { Random } from "@voxelsmith/engine";

/** Row-major 3x3 in D, H, W order. */
type Matrix3 = readonly number[];

/**
 * Rotation about the three axes (at most `strength` radians) times scaling along them (1 - strength to 1 + strength);
 * where `mirrored`, the third axis, W, is turned round; `mirroringOf` knows where it runs from left to right.
 */
export function drawAffine(random: Random, strength: number, mirrored: boolean): Matrix3 {
  const angles = [0, 1, 2].map(() => random.between(-strength, strength));
  const scales = [0, 1, 2].map(() => 1 + random.between(-strength, strength));
  const rotation = angles.reduce<Matrix3>(
    (product, angle, axis) => multiply(product, rotationAbout(axis, angle)),
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
  );
  const signs = [1, 1, mirrored ? -1 : 1];
  return rotation.map((value, index) => value * scales[index % 3] * signs[Math.floor(index / 3)]);
}

function rotationAbout(axis: number, angle: number): Matrix3 {
  const [a, b] = [0, 1, 2].filter((other) => other !== axis);
  const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  matrix[4 * a] = Math.cos(angle);
  matrix[4 * b] = Math.cos(angle);
  matrix[3 * a + b] = -Math.sin(angle);
  matrix[3 * b + a] = Math.sin(angle);
  return matrix;
}

function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  return [0, 1, 2].flatMap((r) =>
    [0, 1, 2].map((c) => [0, 1, 2].reduce((sum, n) => sum + a[3 * r + n] * b[3 * n + c], 0)),
  );
}
