import type { Dims } from "../volume/volume.ts";

export type Spacing = readonly [number, number, number];
export type DistanceMetric = "euclidean" | "chessboard" | "taxicab";

/**
 * Distance of every voxel to the nearest voxel where `mask` is 1, infinite where there is none.
 * Euclidean in mm, exact: one lower envelope of parabolas along each axis (Felzenszwalb and Huttenlocher 2012).
 * Chessboard and taxicab count steps between voxels, as SciPy's distance_transform_cdt does, without spacing.
 */
export function distanceTransform(
  mask: Uint8Array,
  dims: Dims,
  spacingMm: Spacing,
  metric: DistanceMetric = "euclidean",
): Float64Array {
  if (metric !== "euclidean") return stepDistance(mask, dims, metric);
  const squared = Float64Array.from(mask, (inside) => (inside === 1 ? 0 : Infinity));
  const strides = [1, dims[0], dims[0] * dims[1]];
  for (let axis = 0; axis < 3; axis++) {
    eachLine(dims, axis, (start) => lowerEnvelope(squared, start, strides[axis], dims[axis], spacingMm[axis]));
  }
  return squared.map(Math.sqrt);
}

/** Calls `visit` with the first voxel of every line along an axis. */
function eachLine(dims: Dims, axis: number, visit: (start: number) => void): void {
  const strides = [1, dims[0], dims[0] * dims[1]];
  const [u, v] = [0, 1, 2].filter((other) => other !== axis);
  for (let b = 0; b < dims[v]; b++) for (let a = 0; a < dims[u]; a++) visit(a * strides[u] + b * strides[v]);
}

/** d(p) = min_q ((p - q) spacing)^2 + f(q) along one line, in place. */
function lowerEnvelope(f: Float64Array, start: number, stride: number, count: number, spacing: number): void {
  const line = Float64Array.from({ length: count }, (_, p) => f[start + p * stride]);
  const s2 = spacing * spacing;
  const vertex = new Int32Array(count);
  const from = new Float64Array(count + 1);
  let last = -1;
  for (let q = 0; q < count; q++) {
    if (line[q] === Infinity) continue;
    let cross = -Infinity;
    while (last >= 0) {
      const p = vertex[last];
      cross = (line[q] - line[p] + s2 * (q * q - p * p)) / (2 * s2 * (q - p));
      if (cross > from[last]) break;
      last--;
      cross = -Infinity;
    }
    last++;
    vertex[last] = q;
    from[last] = cross;
    from[last + 1] = Infinity;
  }
  if (last < 0) return;
  let piece = 0;
  for (let p = 0; p < count; p++) {
    while (from[piece + 1] < p) piece++;
    const q = vertex[piece];
    f[start + p * stride] = s2 * (p - q) * (p - q) + line[q];
  }
}

/** Two chamfer passes; exact for both step metrics. */
function stepDistance(mask: Uint8Array, dims: Dims, metric: "chessboard" | "taxicab"): Float64Array {
  const [ni, nj, nk] = dims;
  const distance = Float64Array.from(mask, (inside) => (inside === 1 ? 0 : Infinity));
  const neighbors: (readonly [number, number, number])[] = [];
  for (let k = -1; k <= 0; k++) {
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        const earlier = k < 0 || (k === 0 && (j < 0 || (j === 0 && i < 0)));
        if (!earlier || (metric === "taxicab" && Math.abs(i) + Math.abs(j) + Math.abs(k) > 1)) continue;
        neighbors.push([i, j, k]);
      }
    }
  }
  const relax = (i: number, j: number, k: number, sign: 1 | -1): void => {
    const here = i + ni * (j + nj * k);
    for (const [di, dj, dk] of neighbors) {
      const [a, b, c] = [i + sign * di, j + sign * dj, k + sign * dk];
      if (a < 0 || b < 0 || c < 0 || a >= ni || b >= nj || c >= nk) continue;
      distance[here] = Math.min(distance[here], distance[a + ni * (b + nj * c)] + 1);
    }
  };
  for (let k = 0; k < nk; k++) for (let j = 0; j < nj; j++) for (let i = 0; i < ni; i++) relax(i, j, k, 1);
  for (let k = nk - 1; k >= 0; k--)
    for (let j = nj - 1; j >= 0; j--) for (let i = ni - 1; i >= 0; i--) relax(i, j, k, -1);
  return distance;
}
