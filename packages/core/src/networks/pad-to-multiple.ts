import { pad, type Shape, slice, type Tensor } from "@voxelsmith/engine";

/** Zeros behind the last voxel of each spatial axis, up to extents that halve cleanly; an axis of one voxel stays. */
export function padToMultiple(x: Tensor, multiple: number): Tensor {
  const behind = x.shape.map((extent, axis) =>
    axis < 2 || extent === 1 ? 0 : (multiple - (extent % multiple)) % multiple,
  );
  return pad(
    x,
    behind.map(() => 0),
    behind,
  );
}

/** Undoes `padToMultiple`: the first `extents` voxels of each spatial axis. */
export function cropTo(x: Tensor, extents: Shape): Tensor {
  return slice(
    x,
    x.shape.map(() => 0),
    [x.shape[0], x.shape[1], ...extents],
  );
}
