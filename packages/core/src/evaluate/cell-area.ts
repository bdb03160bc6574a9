/**
 * Area (in 3-D, mm2) or length (in 2-D, mm) of the marching-cubes surface in one cell of the lattice of voxel centers,
 * for every code of which corners lie inside: bit c of the code is the corner at offset `[c & 1, c >> 1 & 1, c >> 2]`.
 *
 * The surface cuts the edges of the cell in their middle and separates the corners of the smaller kind (inside or
 * outside; with four against four both give the same area) into their connected groups. Each group is one of a few
 * shapes, up to turns and mirrors, and its triangles have areas in closed form. With `face(a)` the area of a cell's
 * face whose normal is axis a, `diagonal` the length of (face(0), face(1), face(2)) and `across(a)` that of the two
 * faces other than a:
 *
 * | group | triangles | area |
 * |---|---|---|
 * | one corner | 1 | diagonal / 8 |
 * | two along axis a | 2, a rectangle | across(a) / 2 |
 * | three, in a face of normal a | 3, half a face and a trapezoid | face(a) / 2 + 3/8 diagonal |
 * | four, a face of normal a | 2, that face | face(a) |
 * | four, one and its three neighbors | 4, a hexagon | 3/4 diagonal |
 * | four, a zigzag whose middle edge is a | 4, of a bent hexagon | diagonal / 2 + across(b) / 4 + across(c) / 4 |
 *
 * These are the areas of google-deepmind/surface-distance, whose table holds the triangles' normals instead.
 */
export function cellAreas(spacingMm: readonly number[]): Float64Array {
  const corners = 2 ** spacingMm.length;
  const area = spacingMm.length === 2 ? contourLength(spacingMm) : surfaceArea(spacingMm);
  return Float64Array.from({ length: 2 ** corners }, (_, code) =>
    groupsOf(minorityCorners(code, corners), spacingMm.length).reduce((total, group) => total + area(group), 0),
  );
}

/** Corners that hang together along edges of the cell, and how many of these edges run along each axis. */
interface CornerGroup {
  readonly corners: readonly number[];
  readonly edges: readonly number[];
}

function contourLength([width, height]: readonly number[]): (group: CornerGroup) => number {
  // Two neighbors are cut off by a line along their edge; a single corner by half the cell's diagonal.
  return ({ corners, edges }) =>
    corners.length === 2 ? edges[0] * width + edges[1] * height : Math.hypot(width, height) / 2;
}

function surfaceArea([x, y, z]: readonly number[]): (group: CornerGroup) => number {
  const face = [y * z, x * z, x * y];
  const diagonal = Math.hypot(...face);
  const across = (axis: number): number => Math.hypot(...face.filter((_, other) => other !== axis));
  return ({ corners, edges }) => {
    switch (corners.length) {
      case 1:
        return diagonal / 8;
      case 2:
        return across(edges.indexOf(1)) / 2;
      case 3:
        return face[edges.indexOf(0)] / 2 + (3 / 8) * diagonal;
    }
    if (edges.includes(0)) return face[edges.indexOf(0)];
    const ends = corners.filter((corner) => neighbors(corner, corners).length === 1);
    if (ends.length === 3) return (3 / 4) * diagonal;
    const [one, other] = corners.filter((corner) => !ends.includes(corner));
    const middle = Math.log2(one ^ other);
    return [0, 1, 2].filter((axis) => axis !== middle).reduce((sum, axis) => sum + across(axis) / 4, diagonal / 2);
  };
}

function minorityCorners(code: number, count: number): number[] {
  const corners = Array.from({ length: count }, (_, corner) => corner);
  const inside = corners.filter((corner) => (code >> corner) & 1);
  return inside.length <= count / 2 ? inside : corners.filter((corner) => !inside.includes(corner));
}

function groupsOf(corners: readonly number[], axes: number): CornerGroup[] {
  const left = new Set(corners);
  const groups: CornerGroup[] = [];
  for (const start of corners) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const corner of group)
      for (const next of neighbors(corner, [...left])) if (left.delete(next)) group.push(next);
    const edges = Array.from(
      { length: axes },
      (_, axis) => group.filter((c) => group.includes(c ^ (1 << axis))).length / 2,
    );
    groups.push({ corners: group, edges });
  }
  return groups;
}

function neighbors(corner: number, among: readonly number[]): number[] {
  return among.filter((other) => [1, 2, 4].includes(other ^ corner));
}
