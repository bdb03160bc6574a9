/** Copies the part of `source` that lies in the box which begins at its voxel `start`; the rest of `target` stays. */
export function copyBox(
  source: Float32Array,
  extents: readonly number[],
  start: readonly number[],
  target: Float32Array,
  targetExtents: readonly number[],
): void {
  const [, height, width] = extents;
  const from = start.map((first) => Math.max(0, -first)); // in the target
  const to = targetExtents.map((extent, axis) => Math.min(extent, extents[axis] - start[axis]));
  if (to[2] <= from[2]) return;
  for (let d = from[0]; d < to[0]; d++) {
    for (let h = from[1]; h < to[1]; h++) {
      const row = ((d + start[0]) * height + h + start[1]) * width + start[2];
      const at = (d * targetExtents[1] + h) * targetExtents[2];
      target.set(source.subarray(row + from[2], row + to[2]), at + from[2]);
    }
  }
}
