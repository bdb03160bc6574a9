import { type Affine, affineDeterminant, affineFromParts, linearPart, type Point, spacingMm } from "./affine.ts";

/**
 * The qform of a NIfTI header: a rotation as the quaternion `a + b i + c j + d k` with `a = sqrt(1 - b2 - c2 - d2)`,
 * a spacing, an offset, and `qfac` -1 where the axes are left-handed (the third one is mirrored then).
 */
export interface Qform {
  readonly quaternion: Point;
  readonly qfac: 1 | -1;
  readonly spacingMm: Point;
  readonly offsetMm: Point;
}

/**
 * `R(quaternion) * diag(dx, dy, qfac * dz)` and the offset, as nifti1.h (method 2) defines it. Where rounding made
 * `b2 + c2 + d2` exceed 1 the quaternion is scaled back to length 1, as the reference library does.
 */
export function affineFromQform(qform: Qform): Affine {
  let [b, c, d] = qform.quaternion;
  let a = 1 - (b * b + c * c + d * d);
  if (a < 1e-7) {
    const length = Math.hypot(b, c, d);
    [a, b, c, d] = [0, b / length, c / length, d / length];
  } else {
    a = Math.sqrt(a);
  }
  const [x, y] = qform.spacingMm;
  const z = qform.spacingMm[2] * qform.qfac;
  const linear = [
    (a * a + b * b - c * c - d * d) * x,
    2 * (b * c - a * d) * y,
    2 * (b * d + a * c) * z,
    2 * (b * c + a * d) * x,
    (a * a + c * c - b * b - d * d) * y,
    2 * (c * d - a * b) * z,
    2 * (b * d - a * c) * x,
    2 * (c * d + a * b) * y,
    (a * a + d * d - b * b - c * c) * z,
  ];
  return affineFromParts(linear, qform.offsetMm);
}

/**
 * The qform nearest to an affine. Shears cannot be told by a quaternion: the nearest rotation is taken (see
 * `nearestRotation`), so that `affineFromQform(qformFromAffine(x))` is x only where the axes of x are perpendicular.
 */
export function qformFromAffine(affine: Affine): Qform {
  const spacing = spacingMm(affine);
  const qfac = affineDeterminant(affine) < 0 ? -1 : 1;
  const divisors = [spacing[0], spacing[1], spacing[2] * qfac];
  const r = nearestRotation(linearPart(affine).map((value, index) => value / divisors[index % 3]));
  return {
    quaternion: quaternionOfRotation(r),
    qfac,
    spacingMm: spacing,
    offsetMm: [affine[3], affine[7], affine[11]],
  };
}

/** Quaternion `[b, c, d]` of a proper rotation (9 numbers row by row), with `a >= 0`. */
function quaternionOfRotation(r: readonly number[]): Point {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = r;
  const trace = xx + yy + zz;
  // Four equal formulas; the one with the largest divisor keeps its digits (Shepperd 1978).
  let a: number;
  let b: number;
  let c: number;
  let d: number;
  if (trace > Math.max(xx, yy, zz)) {
    a = 0.5 * Math.sqrt(1 + trace);
    [b, c, d] = [(zy - yz) / (4 * a), (xz - zx) / (4 * a), (yx - xy) / (4 * a)];
  } else if (xx >= yy && xx >= zz) {
    b = 0.5 * Math.sqrt(1 + xx - yy - zz);
    [a, c, d] = [(zy - yz) / (4 * b), (xy + yx) / (4 * b), (xz + zx) / (4 * b)];
  } else if (yy >= zz) {
    c = 0.5 * Math.sqrt(1 + yy - xx - zz);
    [a, b, d] = [(xz - zx) / (4 * c), (xy + yx) / (4 * c), (yz + zy) / (4 * c)];
  } else {
    d = 0.5 * Math.sqrt(1 + zz - xx - yy);
    [a, b, c] = [(yx - xy) / (4 * d), (xz + zx) / (4 * d), (yz + zy) / (4 * d)];
  }
  return a < 0 ? [-b, -c, -d] : [b, c, d];
}

/**
 * The rotation nearest to a 3x3 matrix of positive determinant (polar decomposition) by Newton's iteration
 * `X <- (X + X^-T) / 2`, which converges quadratically (Higham 1986).
 */
function nearestRotation(matrix: readonly number[]): readonly number[] {
  let x = matrix;
  for (let iteration = 0; iteration < 40; iteration++) {
    const inverted = inverseTransposed(x);
    const next = x.map((value, index) => (value + inverted[index]) / 2);
    const change = Math.max(...next.map((value, index) => Math.abs(value - x[index])));
    x = next;
    if (change < 1e-14) break;
  }
  return x;
}

function inverseTransposed(m: readonly number[]): readonly number[] {
  const [a, b, c, d, e, f, g, h, i] = m;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    e * i - f * h,
    f * g - d * i,
    d * h - e * g,
    c * h - b * i,
    a * i - c * g,
    b * g - a * h,
    b * f - c * e,
    c * d - a * f,
    a * e - b * d,
  ].map((cofactor) => cofactor / determinant);
}
