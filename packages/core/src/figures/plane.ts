import { spacingMm } from "../volume/affine.ts";
import type { Grid } from "../volume/volume.ts";
import type { Picture } from "./picture.ts";

/** Axis of a `[D, H, W]` array. On a grid in RAS: 0 is k (inferior to superior), 1 is j, 2 is i (left to right). */
export type Axis = 0 | 1 | 2;

/** Extents and voxel size of `[D, H, W]` arrays, in that order. */
export interface Space {
  readonly extents: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
}

/** Voxels `from`, `from + 1`, ..., `count` of them. */
export interface Span {
  readonly from: number;
  readonly count: number;
}

/** A rectangle of voxels in one slice across `axis`; row 0 is its lowest, column 0 its leftmost. */
export interface Plane {
  readonly axis: Axis;
  readonly slice: number;
  readonly rows: Span;
  readonly columns: Span;
  readonly rowMm: number;
  readonly columnMm: number;
}

/** A grid's `[i, j, k]` as the `[D, H, W]` of arrays on it. */
export function spaceOf(grid: Grid): Space {
  const [i, j, k] = grid.dims;
  const [iMm, jMm, kMm] = spacingMm(grid.affine);
  return { extents: [k, j, i], spacingMm: [kMm, jMm, iMm] };
}

/** The two axes of a picture of a slice: in RAS seen from the side, the front and above, with the head upwards. */
export function axesOf(axis: Axis): readonly [up: Axis, right: Axis] {
  return axis === 2 ? [0, 1] : axis === 1 ? [0, 2] : [1, 2];
}

/** A slice, whole or cut to a window of one span an axis. */
export function planeOf(space: Space, axis: Axis, slice: number, window?: readonly [Span, Span, Span]): Plane {
  const [up, right] = axesOf(axis);
  const spans = window ?? space.extents.map((count) => ({ from: 0, count }));
  return {
    axis,
    slice,
    rows: spans[up],
    columns: spans[right],
    rowMm: space.spacingMm[up],
    columnMm: space.spacingMm[right],
  };
}

/** What an array `[D, H, W]` holds in a plane, `[rows, columns]`, the lowest row first. */
export function cutPlane(values: ArrayLike<number>, { extents }: Space, plane: Plane): Float32Array {
  const [up, right] = axesOf(plane.axis);
  const strides = [extents[1] * extents[2], extents[2], 1];
  const cut = new Float32Array(plane.rows.count * plane.columns.count);
  for (let row = 0, at = 0; row < plane.rows.count; row++) {
    const start = plane.slice * strides[plane.axis] + (plane.rows.from + row) * strides[up];
    for (let column = 0; column < plane.columns.count; column++, at++) {
      cut[at] = values[start + (plane.columns.from + column) * strides[right]];
    }
  }
  return cut;
}

/** Where a plane's voxels come to lie in its picture: the corner (row, column) of a voxel is at `[x(column), y(row)]`. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  x(column: number): number;
  y(row: number): number;
}

/** A picture of a plane has square pixels of `pixelMm`, whatever the voxels are. */
export function frameOf(plane: Plane, pixelMm: number): Frame {
  const width = Math.max(1, Math.round((plane.columns.count * plane.columnMm) / pixelMm));
  const height = Math.max(1, Math.round((plane.rows.count * plane.rowMm) / pixelMm));
  return {
    width,
    height,
    x: (column) => (column * width) / plane.columns.count,
    y: (row) => height - (row * height) / plane.rows.count,
  };
}

/** The eye sees no more grays in a picture of this size, and files shrink by half. */
const GRAYS = 64;

/**
 * A plane in gray, interpolated linearly between voxel centers, 0 black and 1 white.
 * @param values `[rows, columns]` as `cutPlane` gives them.
 * @param grays How many different grays from black to white: fewer make a smaller file.
 */
export function grayPicture(values: Float32Array, plane: Plane, frame: Frame, grays: number = GRAYS): Picture {
  const { width, height } = frame;
  const [rows, columns] = [plane.rows.count, plane.columns.count];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = between(((height - y - 0.5) * rows) / height - 0.5, rows);
    for (let x = 0; x < width; x++, pixel += 3) {
      const column = between(((x + 0.5) * columns) / width - 0.5, columns);
      const at = (r: number, c: number): number => values[r * columns + c];
      const low = mix(at(row.below, column.below), at(row.below, column.above), column.share);
      const high = mix(at(row.above, column.below), at(row.above, column.above), column.share);
      const value = Math.min(Math.max(mix(low, high, row.share), 0), 1);
      data.fill(Math.round((Math.round(value * (grays - 1)) * 255) / (grays - 1)), pixel, pixel + 3);
    }
  }
  return { width, height, data };
}

function between(position: number, count: number): { below: number; above: number; share: number } {
  const inside = Math.min(Math.max(position, 0), count - 1);
  const below = Math.floor(inside);
  return { below, above: Math.min(below + 1, count - 1), share: inside - below };
}

function mix(first: number, second: number, share: number): number {
  return first + share * (second - first);
}
