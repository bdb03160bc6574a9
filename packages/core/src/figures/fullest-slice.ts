import { type Axis, axesOf, type Space } from "./plane.ts";

const AXES: readonly Axis[] = [0, 1, 2];

/** For each axis the slice with the most labeled voxels; the middle one where nothing is labeled. */
export function fullestSlices(
  classes: ArrayLike<number>,
  extents: readonly number[],
): readonly [number, number, number] {
  const counts = extents.map((extent) => new Array<number>(extent).fill(0));
  let voxel = 0;
  for (let d = 0; d < extents[0]; d++) {
    for (let h = 0; h < extents[1]; h++) {
      for (let w = 0; w < extents[2]; w++, voxel++) {
        if (classes[voxel] === 0) continue;
        counts[0][d]++;
        counts[1][h]++;
        counts[2][w]++;
      }
    }
  }
  const [d, h, w] = counts.map((count) => {
    const most = Math.max(...count);
    return most === 0 ? Math.floor(count.length / 2) : count.indexOf(most);
  });
  return [d, h, w];
}

/**
 * The slice that shows most where there is room for one: of the fullest slices the one with the most different labels,
 * then with the largest labeled area. An axis of one voxel wins: the other two would show a line.
 */
export function tellingSlice(
  classes: ArrayLike<number>,
  space: Space,
): { readonly axis: Axis; readonly slice: number } {
  const slices = fullestSlices(classes, space.extents);
  const flat = AXES.find((axis) => space.extents[axis] === 1);
  if (flat !== undefined) return { axis: flat, slice: 0 };
  const shown = AXES.map((axis) => ({ axis, slice: slices[axis], ...content(classes, space, axis, slices[axis]) }));
  const [best] = shown.sort((a, b) => b.labels - a.labels || b.areaMm2 - a.areaMm2 || b.axis - a.axis);
  return { axis: best.axis, slice: best.slice };
}

function content(
  classes: ArrayLike<number>,
  { extents, spacingMm }: Space,
  axis: Axis,
  slice: number,
): { labels: number; areaMm2: number } {
  const [up, right] = axesOf(axis);
  const strides = [extents[1] * extents[2], extents[2], 1];
  const labels = new Set<number>();
  let voxels = 0;
  for (let row = 0; row < extents[up]; row++) {
    for (let column = 0; column < extents[right]; column++) {
      const label = classes[slice * strides[axis] + row * strides[up] + column * strides[right]];
      if (label === 0) continue;
      labels.add(label);
      voxels++;
    }
  }
  return { labels: labels.size, areaMm2: voxels * spacingMm[up] * spacingMm[right] };
}
