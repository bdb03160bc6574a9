import { type Affine, identityAffine, invertAffine, multiplyAffines } from "./affine.ts";
import { type Grid, type LabelMap, type Volume, voxelCount } from "./volume.ts";

/** What a target voxel gets that lies outside the source: a value, or the nearest voxel of the source's edge. */
export type Outside = { readonly kind: "value"; readonly value: number } | { readonly kind: "edge" };

export interface ResampleOptions {
  /** A further affine between the two worlds, RAS mm of the target to RAS mm of the source. Default: they are one. */
  readonly targetToSource?: Affine;
  /** Default: the value 0. */
  readonly outside?: Outside;
}

const ZERO: Outside = { kind: "value", value: 0 };

/**
 * A voxel reaches half a spacing to each side of its center, so coordinates from -0.5 to n - 0.5 are inside; the outer
 * half voxel takes the edge value. (SPM stops at 0.05 voxels outside the centers, nibabel at 0.) The slack keeps
 * rounding of headers in float32 from deciding.
 */
const REACH = 0.5;
const SLACK = 1e-4;

/**
 * Trilinear resampling onto another grid:
 * `result(x) = source(inverse(source.affine) * targetToSource * target.affine * x)`.
 * Nothing is smoothed: for a much coarser target, blur the source first or accept aliasing.
 */
export function resampleImage(source: Volume, target: Grid, options: ResampleOptions = {}): Volume {
  const data = new Float32Array(voxelCount(target.dims));
  const outside = options.outside ?? ZERO;
  if (outside.kind === "value" && outside.value !== 0) data.fill(outside.value);
  const [ni, nj, nk] = source.dims;
  const input = source.data;
  const strideJ = ni;
  const strideK = ni * nj;
  const [lastI, lastJ, lastK] = [ni - 1, nj - 1, nk - 1];

  forEachRow(source, target, options, (row) => {
    const { di, dj, dk } = row;
    for (let n = row.begin; n < row.end; n++) {
      // Clamped to the centers of the outermost voxels; inside the volume this changes nothing.
      const ci = clamp(row.i + n * di, lastI);
      const cj = clamp(row.j + n * dj, lastJ);
      const ck = clamp(row.k + n * dk, lastK);
      const fi = ci | 0;
      const fj = cj | 0;
      const fk = ck | 0;
      const wi = ci - fi;
      const wj = cj - fj;
      const wk = ck - fk;
      const at = fi + fj * strideJ + fk * strideK;
      // The neighbor of the last voxel has weight 0; reading the voxel itself keeps the index inside.
      const ui = fi < lastI ? 1 : 0;
      const uj = fj < lastJ ? strideJ : 0;
      const uk = fk < lastK ? strideK : 0;
      const near = at + uj;
      const far = at + uk;
      const both = far + uj;
      const v00 = input[at] + wi * (input[at + ui] - input[at]);
      const v10 = input[near] + wi * (input[near + ui] - input[near]);
      const v01 = input[far] + wi * (input[far + ui] - input[far]);
      const v11 = input[both] + wi * (input[both + ui] - input[both]);
      const v0 = v00 + wj * (v10 - v00);
      data[row.at + n] = v0 + wk * (v01 + wj * (v11 - v01) - v0);
    }
  });
  return { kind: "image", dims: target.dims, affine: target.affine, data };
}

/**
 * Nearest-neighbor resampling of labels onto another grid. A coordinate half-way between two voxels takes the lower
 * one; the small bias makes that so in spite of rounding, which would else scatter single voxels over such a plane.
 */
export function resampleLabels(source: LabelMap, target: Grid, options: ResampleOptions = {}): LabelMap {
  const data = new Int32Array(voxelCount(target.dims));
  const outside = options.outside ?? ZERO;
  if (outside.kind === "value" && outside.value !== 0) data.fill(outside.value);
  const [ni, nj, nk] = source.dims;
  const input = source.data;
  const [lastI, lastJ, lastK] = [ni - 1, nj - 1, nk - 1];
  const half = 0.5 - 1e-6;

  forEachRow(source, target, options, (row) => {
    for (let n = row.begin; n < row.end; n++) {
      const i = clamp(Math.floor(row.i + n * row.di + half), lastI);
      const j = clamp(Math.floor(row.j + n * row.dj + half), lastJ);
      const k = clamp(Math.floor(row.k + n * row.dk + half), lastK);
      data[row.at + n] = input[i + ni * (j + nj * k)];
    }
  });
  return { kind: "labels", dims: target.dims, affine: target.affine, data };
}

/** 1 for each voxel of the target that the source covers, 0 outside of it. */
export function coverage(source: Grid, target: Grid, options: Pick<ResampleOptions, "targetToSource"> = {}): Volume {
  const data = new Float32Array(voxelCount(target.dims));
  forEachRow(source, target, options, (row) => {
    data.fill(1, row.at + row.begin, row.at + row.end);
  });
  return { kind: "image", dims: target.dims, affine: target.affine, data };
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, last));
}

/**
 * One line of target voxels along i: voxel n lies at source index `[i + n di, j + n dj, k + n dk]` and at position
 * `at + n` of the target's data; those from `begin` to `end` are inside the source.
 */
interface Row {
  at: number;
  begin: number;
  end: number;
  i: number;
  j: number;
  k: number;
  readonly di: number;
  readonly dj: number;
  readonly dk: number;
}

/**
 * Calls `visit` for each line of the target. Finding the inside part of a line once, rather than asking at every
 * voxel, leaves the inner loops without branches on the frame.
 */
function forEachRow(source: Grid, target: Grid, options: ResampleOptions, visit: (row: Row) => void): void {
  const worlds = options.targetToSource ?? identityAffine();
  const m = multiplyAffines(invertAffine(source.affine), worlds, target.affine);
  const clip = options.outside?.kind !== "edge";
  const [ni, nj, nk] = target.dims;
  const row: Row = { at: 0, begin: 0, end: ni, i: 0, j: 0, k: 0, di: m[0], dj: m[4], dk: m[8] };
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      row.at = ni * (j + nj * k);
      row.i = m[1] * j + m[2] * k + m[3];
      row.j = m[5] * j + m[6] * k + m[7];
      row.k = m[9] * j + m[10] * k + m[11];
      row.begin = 0;
      row.end = ni;
      if (clip) {
        clipRow(row, row.i, row.di, source.dims[0]);
        clipRow(row, row.j, row.dj, source.dims[1]);
        clipRow(row, row.k, row.dk, source.dims[2]);
      }
      if (row.begin < row.end) visit(row);
    }
  }
}

/** Narrows the line to the n with `-REACH <= start + n * step <= count - 1 + REACH`. */
function clipRow(row: Row, start: number, step: number, count: number): void {
  const low = -REACH - SLACK;
  const high = count - 1 + REACH + SLACK;
  if (Math.abs(step) < 1e-12) {
    if (start < low || start > high) row.end = row.begin;
    return;
  }
  const [first, last] =
    step > 0 ? [(low - start) / step, (high - start) / step] : [(high - start) / step, (low - start) / step];
  row.begin = Math.max(row.begin, Math.ceil(first));
  row.end = Math.min(row.end, Math.floor(last) + 1);
}
