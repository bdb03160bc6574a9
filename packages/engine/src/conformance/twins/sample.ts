import { indicesOf } from "../../shape.ts";
import { at, filled, type NdArray } from "../nd-array.ts";

/** The image at fractional voxel coordinates, clamped to the edges: weights (1 - distance) of the cell's corners. */
function valueAt(image: NdArray, n: number, c: number, position: readonly number[]): number {
  const inside = position.map((x, a) => Math.min(Math.max(x, 0), image.shape[a + 2] - 1));
  let sum = 0;
  for (const corner of indicesOf(inside.map(() => 2))) {
    const voxel = inside.map((x, a) => Math.floor(x) + corner[a]);
    const weight = inside.reduce((product, x, a) => product * (1 - Math.abs(x - voxel[a])), 1);
    if (weight > 0) sum += weight * at(image, [n, c, ...voxel]);
  }
  return sum;
}

export function sampleAtTwin(image: NdArray, coordinates: NdArray, mode: "linear" | "nearest"): NdArray {
  const [batch, axes, ...extents] = coordinates.shape;
  return filled([batch, image.shape[1], ...extents], ([n, c, ...p]) => {
    const position = Array.from({ length: axes }, (_, a) => at(coordinates, [n, a, ...p]));
    return valueAt(image, n, c, mode === "linear" ? position : position.map(Math.round));
  });
}

/** warped(x) = image(x + u(x)) */
export function warpTwin(image: NdArray, displacement: NdArray, mode: "linear" | "nearest"): NdArray {
  const target = filled(displacement.shape, ([n, a, ...p]) => p[a] + at(displacement, [n, a, ...p]));
  return sampleAtTwin(image, target, mode);
}

/** Scaling and squaring: u = v / 2^steps, then steps times u(x) <- u(x) + u(x + u(x)). */
export function integrateVelocityTwin(velocity: NdArray, steps: number): NdArray {
  let u = filled(velocity.shape, (index) => at(velocity, index) / 2 ** steps);
  for (let step = 0; step < steps; step++) {
    const moved = warpTwin(u, u, "linear");
    const before = u;
    u = filled(u.shape, (index) => at(before, index) + at(moved, index));
  }
  return u;
}
