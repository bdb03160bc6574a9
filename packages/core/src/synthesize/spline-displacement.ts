import { linearAlongAxis, type Matrix, mul, type Shape, type Tensor } from "@voxelsmith/engine";

/** Mean over the grid's axes of how many voxels they have; an axis of one voxel does not count. */
export function meanExtent(extents: Shape): number {
  const counted = extents.filter((extent) => extent > 1);
  return counted.reduce((sum, extent) => sum + extent, 0) / counted.length;
}

/**
 * How many knots each axis needs. A cubic B-spline with knots h apart smooths white noise as a Gaussian of standard
 * deviation h / sqrt(3) does (their second moments agree), at a fraction of a convolution's cost. One for an axis of
 * one voxel, which has nothing to smooth along.
 */
export function splineKnots(extents: Shape, smoothness: number): Shape {
  const spacing = knotSpacing(extents, smoothness);
  return extents.map((extent) => (extent === 1 ? 1 : Math.floor((extent - 1) / spacing) + 4));
}

/**
 * A smooth random displacement of rms 1 on `extents` from standard normal knots `[1, 3, ...splineKnots]`:
 * r(x) = s sum_k knot_k prod_a B3(x_a / h - k_a), with s = (315 / 151)^(axes / 2), because the mean over x of
 * sum_k B3(x - k)^2 is 151 / 315 along each axis.
 */
export function splineDisplacement(knots: Tensor, extents: Shape, smoothness: number): Tensor {
  const spacing = knotSpacing(extents, smoothness);
  const field = extents.reduce(
    (values, extent, a) =>
      extent === 1 ? values : linearAlongAxis(values, splineMatrix(extent, spacing, knots.shape[a + 2]), a + 2),
    knots,
  );
  return mul(field, (315 / 151) ** (extents.filter((extent) => extent > 1).length / 2));
}

function knotSpacing(extents: Shape, smoothness: number): number {
  return Math.sqrt(3) * smoothness * meanExtent(extents);
}

function splineMatrix(extent: number, spacing: number, knots: number): Matrix {
  const values = new Float32Array(extent * knots);
  for (let row = 0; row < extent; row++) {
    const first = Math.floor(row / spacing);
    cubicBSpline(row / spacing - first).forEach((weight, n) => {
      values[row * knots + first + n] = weight;
    });
  }
  return { rows: extent, columns: knots, values };
}

/** Weights of the four knots around a place that lies `t` (0 to 1) behind the second of them. */
function cubicBSpline(t: number): readonly number[] {
  const rest = 1 - t;
  return [rest ** 3 / 6, (3 * t ** 3 - 6 * t ** 2 + 4) / 6, (3 * rest ** 3 - 6 * rest ** 2 + 4) / 6, t ** 3 / 6];
}
