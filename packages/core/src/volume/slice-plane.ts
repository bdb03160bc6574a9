import { InputError } from "../errors.ts";
import { type Affine, affineFromParts, identityAffine, type Point } from "./affine.ts";
import { flatAxis } from "./flat-axis.ts";
import type { Grid } from "./volume.ts";

/** Cosine of the largest angle between the planes of two slices that count as one orientation: 45 degrees. */
const LEAST_COSINE = Math.SQRT1_2;

/**
 * The smallest rotation, about the origin, that turns the plane of one slice into that of another:
 * R = I + K + K^2 / (1 + c), with K the cross-product matrix of v = n1 x n2, c = n1 . n2 and n the unit normals. A slice
 * has no depth: in any other plane its voxels would not be found. The identity for volumes.
 * @throws InputError for slices of different orientation, such as an axial and a coronal one
 */
export function turnBetweenPlanes(first: Grid, second: Grid, firstName: string, secondName: string): Affine {
  const [one, other] = [planeNormal(first), planeNormal(second)];
  if (one === undefined || other === undefined) return identityAffine();
  const sign = dot(one, other) < 0 ? -1 : 1; // a plane has two sides
  const cosine = sign * dot(one, other);
  if (cosine < LEAST_COSINE) {
    throw new InputError({
      subject: secondName,
      expected: `a slice of about the same plane as ${firstName}`,
      got: `a plane ${Math.round((Math.acos(cosine) * 180) / Math.PI)} degrees away, by its header`,
      todo: "Give slices of one orientation, or correct the orientation in the header.",
    });
  }
  const [x, y, z] = cross(one, other).map((value) => sign * value);
  const k = [0, -z, y, z, 0, -x, -y, x, 0];
  const linear = k.map((value, index) => {
    const [row, column] = [Math.floor(index / 3), index % 3];
    const squared = [0, 1, 2].reduce((sum, n) => sum + k[3 * row + n] * k[3 * n + column], 0);
    return (row === column ? 1 : 0) + value + squared / (1 + cosine);
  });
  return affineFromParts(linear, [0, 0, 0]);
}

/** Unit normal of a slice's plane in RAS; undefined for a volume. */
function planeNormal({ dims, affine }: Grid): Point | undefined {
  const flat = flatAxis(dims);
  if (flat === undefined) return undefined;
  const [u, v] = [0, 1, 2]
    .filter((axis) => axis !== flat)
    .map((axis): Point => [affine[axis], affine[4 + axis], affine[8 + axis]]);
  const normal = cross(u, v);
  const length = Math.hypot(...normal);
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
