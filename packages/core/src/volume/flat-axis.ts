import { InputError } from "../errors.ts";
import type { Dims, Grid } from "./volume.ts";

/** An axis of a grid: 0 is i, 1 is j, 2 is k. */
type AxisIndex = 0 | 1 | 2;

const AXES: readonly AxisIndex[] = [0, 1, 2];

/** The axis across a slice, which has one voxel; undefined for a volume. */
export function flatAxis(dims: Dims): AxisIndex | undefined {
  return AXES.find((axis) => dims[axis] === 1);
}

/** Throws an InputError for a single line or a single voxel; a slice is a volume of one voxel along one axis. */
export function assertVolumeOrSlice({ dims }: Grid, name: string): void {
  if (dims.filter((count) => count > 1).length >= 2) return;
  throw new InputError({
    subject: name,
    expected: "a 3-D volume or a 2-D slice",
    got: `${dims.join("x")} voxels`,
    todo: "Give the whole image; a line of voxels shows no anatomy.",
  });
}

/** Throws an InputError unless both are volumes or both are slices: nothing can be learned from one about the other. */
export function assertSameRank(reference: Grid, grid: Grid, referenceName: string, name: string): void {
  const [wanted, given] = [reference, grid].map(({ dims }) =>
    flatAxis(dims) === undefined ? "a 3-D volume" : "a single slice",
  );
  if (wanted === given) return;
  throw new InputError({
    subject: name,
    expected: `${wanted}, as ${referenceName} is`,
    got: `${given} of ${grid.dims.join("x")} voxels`,
    todo: "Give either volumes or slices, not both.",
  });
}
