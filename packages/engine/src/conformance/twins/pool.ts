import { indicesOf } from "../../shape.ts";
import { at, filled, type NdArray, total } from "../nd-array.ts";

function blocks(x: NdArray, size: readonly number[], fold: (values: readonly number[]) => number): NdArray {
  const shape = x.shape.map((extent, axis) => (axis < 2 ? extent : extent / size[axis - 2]));
  return filled(shape, ([n, c, ...p]) =>
    fold(indicesOf(size).map((inner) => at(x, [n, c, ...p.map((i, a) => i * size[a] + inner[a])]))),
  );
}

export function averagePoolTwin(x: NdArray, size: readonly number[]): NdArray {
  return blocks(x, size, (values) => total(values) / values.length);
}

export function maxPoolTwin(x: NdArray, size: readonly number[]): NdArray {
  return blocks(x, size, (values) => Math.max(...values));
}

export function upsampleNearestTwin(x: NdArray, size: readonly number[]): NdArray {
  const shape = x.shape.map((extent, axis) => (axis < 2 ? extent : extent * size[axis - 2]));
  return filled(shape, ([n, c, ...p]) => at(x, [n, c, ...p.map((i, a) => Math.floor(i / size[a]))]));
}

/** Half-pixel centers: output voxel i sits at (i + 0.5) / factor - 0.5 of the input, clamped to its edges. */
export function upsampleLinearTwin(x: NdArray, factor: number): NdArray {
  const shape = x.shape.map((extent, axis) => (axis < 2 ? extent : extent * factor));
  return filled(shape, ([n, c, ...p]) => {
    const positions = p.map((i, a) => Math.min(Math.max((i + 0.5) / factor - 0.5, 0), x.shape[a + 2] - 1));
    let sum = 0;
    for (const corner of indicesOf(p.map(() => 2))) {
      const voxel = positions.map((position, a) => Math.floor(position) + corner[a]);
      const weights = positions.map((position, a) => 1 - Math.abs(position - voxel[a]));
      const weight = weights.reduce((product, w) => product * w, 1);
      if (weight > 0) sum += weight * at(x, [n, c, ...voxel]);
    }
    return sum;
  });
}
