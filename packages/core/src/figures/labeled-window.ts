import type { Space, Span } from "./plane.ts";

/**
 * The smallest box around what any of the label maps labels, and on each side `margin` times the box's longest side in
 * mm, cut to the space; all of it where nothing is labeled.
 */
export function labeledWindow(
  maps: readonly ArrayLike<number>[],
  { extents, spacingMm }: Space,
  margin: number,
): readonly [Span, Span, Span] {
  const low = [...extents];
  const high = [-1, -1, -1];
  const [depth, height, width] = extents;
  for (let d = 0, voxel = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++, voxel++) {
        if (!maps.some((map) => map[voxel] !== 0)) continue;
        for (const [axis, position] of [d, h, w].entries()) {
          low[axis] = Math.min(low[axis], position);
          high[axis] = Math.max(high[axis], position);
        }
      }
    }
  }
  const longestMm = Math.max(...extents.map((_, axis) => (high[axis] - low[axis] + 1) * spacingMm[axis]));
  const spans = extents.map((extent, axis): Span => {
    if (high[axis] < 0) return { from: 0, count: extent };
    const around = Math.round((margin * longestMm) / spacingMm[axis]);
    const from = Math.max(0, low[axis] - around);
    return { from, count: Math.min(extent - 1, high[axis] + around) - from + 1 };
  });
  return [spans[0], spans[1], spans[2]];
}
