/** Corners of voxels `[column, row]` around a region, in order, the region to the left; the last joins the first. */
export type Loop = readonly (readonly [column: number, row: number])[];

/** Steps to the right, up, left and down; each turn to the left is the next one. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * The outlines of one class along the sides of its voxels: each side between a voxel of the class and another voxel, or
 * the plane's border, is in exactly one loop.
 * @param classes `[rows, columns]`.
 */
export function outlineLoops(
  classes: ArrayLike<number>,
  rows: number,
  columns: number,
  classIndex: number,
): readonly Loop[] {
  const inside = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < rows && column < columns && classes[row * columns + column] === classIndex;
  // Four bits for each corner: the directions in which an outline leaves it.
  const leaving = new Uint8Array((rows + 1) * (columns + 1));
  const corner = (row: number, column: number): number => row * (columns + 1) + column;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!inside(row, column)) continue;
      if (!inside(row - 1, column)) leaving[corner(row, column)] |= 1;
      if (!inside(row, column + 1)) leaving[corner(row, column + 1)] |= 2;
      if (!inside(row + 1, column)) leaving[corner(row + 1, column + 1)] |= 4;
      if (!inside(row, column - 1)) leaving[corner(row + 1, column)] |= 8;
    }
  }
  const loops: Loop[] = [];
  for (let start = 0; start < leaving.length; start++) {
    while (leaving[start] !== 0) loops.push(follow(leaving, start, columns + 1));
  }
  return loops;
}

/** Walks one loop and takes its sides away. Where two voxels touch at a corner alone it turns left, around one of them. */
function follow(leaving: Uint8Array, start: number, width: number): Loop {
  const loop: [number, number][] = [];
  let at = start;
  let direction = 0;
  do {
    const turns = [direction + 1, direction, direction + 3].map((turn) => turn % 4);
    // At the start nothing is known of the way that led there, so any direction will do.
    direction = (loop.length === 0 ? [0, 1, 2, 3] : turns).find((turn) => leaving[at] & (1 << turn)) ?? 0;
    leaving[at] &= ~(1 << direction);
    loop.push([at % width, Math.floor(at / width)]);
    const [right, up] = STEPS[direction];
    at += right + up * width;
  } while (at !== start);
  return loop;
}
