import { type Affine, multiplyAffines, type Point, spacingMm } from "./affine.ts";
import { assertSameGrid } from "./grid.ts";
import type { Dims, Grid, LabelMap, Volume } from "./volume.ts";

/**
 * How the axes of one grid become those of another by flips and permutations alone: axis n of the result is axis
 * `axes[n]` of the source, reversed where `flips[n]`.
 */
interface AxisMap {
  readonly axes: readonly [number, number, number];
  readonly flips: readonly [boolean, boolean, boolean];
}

const POSITIVE = "RAS";
const NEGATIVE = "LPI";
const PERMUTATIONS: readonly (readonly [number, number, number])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/**
 * Three letters that say where i, j and k grow to, such as "RAS" or "LPI". Oblique axes get the anatomical axis that
 * they are nearest to: of the six assignments the one with the largest sum of |cosines|, so that no axis comes twice.
 */
export function axisCodes(affine: Affine): string {
  const spacing = spacingMm(affine);
  const cosine = (world: number, axis: number): number => affine[4 * world + axis] / spacing[axis];
  let best = PERMUTATIONS[0];
  let bestSum = Number.NEGATIVE_INFINITY;
  for (const worldOf of PERMUTATIONS) {
    const sum = worldOf.reduce((total, world, axis) => total + Math.abs(cosine(world, axis)), 0);
    // The bound keeps the first of equal assignments when rounding alone tells them apart.
    if (sum > bestSum + 1e-9) [best, bestSum] = [worldOf, sum];
  }
  return best.map((world, axis) => (cosine(world, axis) < 0 ? NEGATIVE[world] : POSITIVE[world])).join("");
}

/** The same voxels in space, listed along other axes. `codes` are three letters as `axisCodes` gives them. */
export function reorientGrid(grid: Grid, codes: string): Grid {
  const { axes, flips } = axisMap(axisCodes(grid.affine), codes);
  const dims: Dims = [grid.dims[axes[0]], grid.dims[axes[1]], grid.dims[axes[2]]];
  // Takes an index of the result to an index of the source: one entry of +1 or -1 in each row.
  const toSource: number[] = new Array(16).fill(0);
  toSource[15] = 1;
  for (let n = 0; n < 3; n++) {
    toSource[4 * axes[n] + n] = flips[n] ? -1 : 1;
    if (flips[n]) toSource[4 * axes[n] + 3] = dims[n] - 1;
  }
  return { dims, affine: multiplyAffines(grid.affine, toSource) };
}

/** The same image or label map along the axes `codes`; no value is changed or lost. */
export function reorient<T extends Volume | LabelMap>(volume: T, codes: string): T {
  const map = axisMap(axisCodes(volume.affine), codes);
  return { ...volume, ...reorientGrid(volume, codes), data: permuted(volume, map) };
}

/**
 * The exact way back: lists the voxels along the axes of `grid`, which must be the same voxels in space, and takes
 * over its affine bit by bit. Throws an InputError where the two are different places.
 */
export function reorientOnto<T extends Volume | LabelMap>(volume: T, grid: Grid): T {
  const back = reorient(volume, axisCodes(grid.affine));
  assertSameGrid(grid, back, "the grid to reorient onto", "the volume");
  return { ...back, affine: grid.affine };
}

function axisMap(from: string, to: string): AxisMap {
  const worldAxis = (letter: string): number => Math.max(POSITIVE.indexOf(letter), NEGATIVE.indexOf(letter));
  const source = (letter: string): number => [...from].findIndex((other) => worldAxis(other) === worldAxis(letter));
  const [a, b, c] = [...to].map(source);
  if (to.length !== 3 || new Set([a, b, c]).size !== 3 || Math.min(a, b, c) < 0) {
    throw new RangeError(`Axis codes are three letters, one of each of R/L, A/P and S/I, such as "RAS"; got "${to}"`);
  }
  return { axes: [a, b, c], flips: [from[a] !== to[0], from[b] !== to[1], from[c] !== to[2]] };
}

function permuted<T extends Volume | LabelMap>(volume: T, { axes, flips }: AxisMap): T["data"] {
  const { dims, data } = volume;
  const strides: Point = [1, dims[0], dims[0] * dims[1]];
  const [ni, nj, nk] = axes.map((axis) => dims[axis]);
  const [si, sj, sk] = axes.map((axis, n) => (flips[n] ? -strides[axis] : strides[axis]));
  let start = 0;
  for (let n = 0; n < 3; n++) if (flips[n]) start += strides[axes[n]] * (dims[axes[n]] - 1);
  const result = data.slice();
  let target = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let source = start + k * sk + j * sj;
      for (let i = 0; i < ni; i++, source += si) result[target++] = data[source];
    }
  }
  return result;
}
