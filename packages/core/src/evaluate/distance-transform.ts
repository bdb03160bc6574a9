/** `euclidean` is in mm; `chessboard` and `taxicab` count voxels, whatever the spacing, as MONAI's do. */
export type DistanceMetric = "euclidean" | "chessboard" | "taxicab";

/** Points of a regular grid to measure distances on. */
export interface Lattice {
  /** Points along each axis, the first axis fastest in memory. */
  readonly dims: readonly number[];
  readonly spacingMm: readonly number[];
}

/**
 * Exact distance of every point of a lattice to the nearest of the given ones; Infinity where none is given.
 *
 * One pass an axis. For the Euclidean metric a pass is the lower envelope of parabolas, d(x)^2 = min_p (x - p)^2 + f(p)
 * (Felzenszwalb and Huttenlocher 2012), so the whole is linear in the number of points and exact for any spacing.
 */
export function distanceTransform(
  { dims, spacingMm }: Lattice,
  points: ArrayLike<number>,
  metric: DistanceMetric = "euclidean",
): Float64Array {
  const distances = new Float64Array(dims.reduce((a, b) => a * b, 1)).fill(Infinity);
  for (let index = 0; index < points.length; index++) distances[points[index]] = 0;
  if (points.length === 0) return distances;
  let stride = 1;
  for (let axis = 0; axis < dims.length; axis++) {
    const length = dims[axis];
    const pass = linePass(metric, length, spacingMm[axis]);
    const line = new Float64Array(length);
    for (let block = 0; block < distances.length; block += stride * length) {
      for (let start = block; start < block + stride; start++) {
        for (let n = 0; n < length; n++) line[n] = distances[start + n * stride];
        const result = pass(line);
        for (let n = 0; n < length; n++) distances[start + n * stride] = result[n];
      }
    }
    stride *= length;
  }
  return metric === "euclidean" ? distances.map(Math.sqrt) : distances;
}

/** What one axis does to a line of values; the returned array is reused from line to line. */
type LinePass = (line: Float64Array) => Float64Array;

function linePass(metric: DistanceMetric, length: number, spacing: number): LinePass {
  switch (metric) {
    case "euclidean":
      return parabolaPass(length, spacing);
    case "taxicab":
      return taxicabPass(length);
    case "chessboard":
      return chessboardPass(length);
  }
}

function taxicabPass(length: number): LinePass {
  const result = new Float64Array(length);
  return (line) => {
    for (let n = 0; n < length; n++) result[n] = Math.min(line[n], n > 0 ? result[n - 1] + 1 : Infinity);
    for (let n = length - 2; n >= 0; n--) result[n] = Math.min(result[n], result[n + 1] + 1);
    return result;
  };
}

function chessboardPass(length: number): LinePass {
  const result = new Float64Array(length);
  return (line) => {
    for (let n = 0; n < length; n++) {
      let best = line[n];
      // No point further away than the best distance so far can lower it.
      for (let away = 1; away < best && (n - away >= 0 || n + away < length); away++) {
        if (n - away >= 0) best = Math.min(best, Math.max(away, line[n - away]));
        if (n + away < length) best = Math.min(best, Math.max(away, line[n + away]));
      }
      result[n] = best;
    }
    return result;
  };
}

/** Lower envelope of parabolas over one line of squared distances in mm2. */
function parabolaPass(length: number, spacing: number): LinePass {
  const result = new Float64Array(length);
  const apex = new Int32Array(length);
  const from = new Float64Array(length + 1);
  return (line) => {
    let last = -1;
    for (let n = 0; n < length; n++) {
      if (line[n] === Infinity) continue;
      const x = n * spacing;
      let start = -Infinity;
      // A parabola that the new one overtakes before its own start is nowhere the lowest.
      for (; last >= 0; last--) {
        const p = apex[last] * spacing;
        start = (line[n] + x * x - (line[apex[last]] + p * p)) / (2 * (x - p));
        if (start > from[last]) break;
        start = -Infinity;
      }
      last += 1;
      apex[last] = n;
      from[last] = start;
    }
    if (last < 0) return result.fill(Infinity);
    from[last + 1] = Infinity;
    for (let n = 0, lowest = 0; n < length; n++) {
      const x = n * spacing;
      while (from[lowest + 1] < x) lowest += 1;
      result[n] = (x - apex[lowest] * spacing) ** 2 + line[apex[lowest]];
    }
    return result;
  };
}
