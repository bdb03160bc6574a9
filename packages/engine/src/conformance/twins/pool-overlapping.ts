import type { PoolOptions } from "../../ops/pool-overlapping.ts";
import { indicesOf } from "../../shape.ts";
import { at, filled, type Index, type NdArray } from "../nd-array.ts";

interface Windows {
  readonly shape: readonly number[];
  /** The voxels of the image in an output's window, in the order of memory. */
  readonly voxels: (output: Index) => readonly Index[];
}

function windowsOf(x: NdArray, { kernel = 3, stride = 2, padding = 1 }: PoolOptions): Windows {
  const extents = x.shape.slice(2);
  const perAxis = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? extents.map(() => value) : value;
  const [size, step, border] = [perAxis(kernel), perAxis(stride), perAxis(padding)];
  const outputs = extents.map((extent, a) => Math.floor((extent + 2 * border[a] - size[a]) / step[a]) + 1);
  return {
    shape: [...x.shape.slice(0, 2), ...outputs],
    voxels: ([n, c, ...p]) =>
      indicesOf(size)
        .map((offset) => p.map((i, a) => step[a] * i + offset[a] - border[a]))
        .filter((voxel) => voxel.every((i, a) => i >= 0 && i < extents[a]))
        .map((voxel) => [n, c, ...voxel]),
  };
}

export function overlappingMaxPoolTwin(x: NdArray, options: PoolOptions): NdArray {
  const { shape, voxels } = windowsOf(x, options);
  return filled(shape, (output) => Math.max(...voxels(output).map((voxel) => at(x, voxel))));
}

/** Each output's gradient is added to the first of the largest voxels of its window. */
export function overlappingMaxPoolGradientTwin(x: NdArray, g: NdArray, options: PoolOptions): NdArray {
  const { shape, voxels } = windowsOf(x, options);
  const sums = new Map<string, number>();
  for (const output of indicesOf(shape)) {
    const window = voxels(output);
    const largest = Math.max(...window.map((voxel) => at(x, voxel)));
    const first = String(window.find((voxel) => at(x, voxel) === largest));
    sums.set(first, (sums.get(first) ?? 0) + at(g, output));
  }
  return filled(x.shape, (voxel) => sums.get(String(voxel)) ?? 0);
}
