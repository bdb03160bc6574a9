/** Ends of a piece of a line, `[column, row]` in voxels, voxel centers at whole numbers. */
export type Piece = readonly [from: readonly [number, number], to: readonly [number, number]];

/**
 * The lines along which a map over a plane takes the values `offset + n * step`, as straight pieces, one or two between
 * each four neighboring voxel centers (marching squares).
 * @param values `[rows, columns]`.
 */
export function levelLines(
  values: Float32Array,
  rows: number,
  columns: number,
  { offset, step }: { readonly offset: number; readonly step: number },
): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      // The four corners of a cell, counter-clockwise.
      const corners = [
        [column, row, values[at]],
        [column + 1, row, values[at + 1]],
        [column + 1, row + 1, values[at + columns + 1]],
        [column, row + 1, values[at + columns]],
      ] as const;
      const low = Math.min(...corners.map(([, , value]) => value));
      const high = Math.max(...corners.map(([, , value]) => value));
      for (let n = Math.ceil((low - offset) / step); offset + n * step <= high; n++) {
        const level = offset + n * step;
        const crossings = corners.flatMap((first, c) => crossing(first, corners[(c + 1) % 4], level));
        for (let c = 0; c + 1 < crossings.length; c += 2) pieces.push([crossings[c], crossings[c + 1]]);
      }
    }
  }
  return pieces;
}

type Corner = readonly [column: number, row: number, value: number];

/** Where the level is crossed between two corners; a corner exactly on the level counts as above it. */
function crossing(first: Corner, second: Corner, level: number): [number, number][] {
  if (first[2] < level === second[2] < level) return [];
  const share = (level - first[2]) / (second[2] - first[2]);
  return [[first[0] + share * (second[0] - first[0]), first[1] + share * (second[1] - first[1])]];
}
