/**
 * A 4x4 matrix, 16 numbers row by row, that takes a voxel index `[i, j, k]` (or a point in mm) to RAS millimetres:
 * x grows to the Right, y to the Anterior, z to the Superior. The last row is 0 0 0 1.
 */
export type Affine = readonly number[];

/** A point or a vector: three numbers whose unit and frame the name of the variable says. */
export type Point = readonly [number, number, number];

export function identityAffine(): Affine {
  return [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
}

export function translationAffine(offset: Point): Affine {
  return [1, 0, 0, offset[0], 0, 1, 0, offset[1], 0, 0, 1, offset[2], 0, 0, 0, 1];
}

export function scalingAffine(factors: Point): Affine {
  return [factors[0], 0, 0, 0, 0, factors[1], 0, 0, 0, 0, factors[2], 0, 0, 0, 0, 1];
}

/** An affine from its 3x3 part (9 numbers row by row) and its translation. */
export function affineFromParts(linear: readonly number[], translation: Point): Affine {
  const [a, b, c, d, e, f, g, h, i] = linear;
  return [a, b, c, translation[0], d, e, f, translation[1], g, h, i, translation[2], 0, 0, 0, 1];
}

/** The 3x3 part, 9 numbers row by row. */
export function linearPart(affine: Affine): readonly number[] {
  return [0, 1, 2, 4, 5, 6, 8, 9, 10].map((index) => affine[index]);
}

/**
 * Rotation about z, then y, then x: `Rx(angleX) Ry(angleY) Rz(angleZ)`, the order of nibabel's `euler2mat`. Angles in
 * radians, the result 9 numbers row by row.
 */
export function rotationFromEuler(angleX: number, angleY: number, angleZ: number): readonly number[] {
  const [sx, cx, sy, cy] = [Math.sin(angleX), Math.cos(angleX), Math.sin(angleY), Math.cos(angleY)];
  const [sz, cz] = [Math.sin(angleZ), Math.cos(angleZ)];
  return [
    cy * cz,
    -cy * sz,
    sy,
    cx * sz + sx * sy * cz,
    cx * cz - sx * sy * sz,
    -sx * cy,
    sx * sz - cx * sy * cz,
    sx * cz + cx * sy * sz,
    cx * cy,
  ];
}

/** `product(x) = first(second(x))`: the matrix product first * second; several are multiplied from left to right. */
export function multiplyAffines(first: Affine, second: Affine, ...rest: readonly Affine[]): Affine {
  const product: number[] = new Array(16).fill(0);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let inner = 0; inner < 4; inner++) sum += first[4 * row + inner] * second[4 * inner + column];
      product[4 * row + column] = sum;
    }
  }
  const [next, ...others] = rest;
  return next === undefined ? product : multiplyAffines(product, next, ...others);
}

/** Determinant of the 3x3 part: the volume of a voxel in mm3, negative where the axes are left-handed. */
export function affineDeterminant(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** False for matrices that flatten space, such as all zeros, or that hold NaN. The bound is relative to the spacing. */
export function isInvertible(affine: Affine): boolean {
  const [x, y, z] = spacingMm(affine);
  return affine.every(Number.isFinite) && Math.abs(affineDeterminant(affine)) > 1e-6 * x * y * z;
}

/** The inverse, by cofactors. Throws a RangeError where there is none: files are checked when they are read. */
export function invertAffine(affine: Affine): Affine {
  const [a, b, c, x, d, e, f, y, g, h, i, z] = affine;
  const determinant = affineDeterminant(affine);
  if (determinant === 0 || !Number.isFinite(determinant)) {
    throw new RangeError(`This affine has no inverse: [${affine.join(", ")}]`);
  }
  const inverse = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ].map((cofactor) => cofactor / determinant);
  const [p, q, r, s, t, u, v, w, m] = inverse;
  return affineFromParts(inverse, [-(p * x + q * y + r * z), -(s * x + t * y + u * z), -(v * x + w * y + m * z)]);
}

export function applyAffine(affine: Affine, point: Point): Point {
  const [x, y, z] = point;
  return [
    affine[0] * x + affine[1] * y + affine[2] * z + affine[3],
    affine[4] * x + affine[5] * y + affine[6] * z + affine[7],
    affine[8] * x + affine[9] * y + affine[10] * z + affine[11],
  ];
}

/** Distance in mm between neighboring voxels along i, j and k: the length of each column. */
export function spacingMm(affine: Affine): Point {
  const length = (column: number): number => Math.hypot(affine[column], affine[4 + column], affine[8 + column]);
  return [length(0), length(1), length(2)];
}
