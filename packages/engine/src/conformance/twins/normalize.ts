import { indicesOf } from "../../shape.ts";
import { at, filled, type NdArray, total } from "../nd-array.ts";

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + shift, where each element is normalized with all elements that
 * `together` puts in one set; population variance.
 */
export function normalizeTwin(
  x: NdArray,
  scale: NdArray,
  shift: NdArray,
  epsilon: number,
  together: (n: number, c: number) => string,
): NdArray {
  const sets = new Map<string, number[]>();
  for (const index of indicesOf(x.shape)) {
    const key = together(index[0], index[1]);
    sets.set(key, [...(sets.get(key) ?? []), at(x, index)]);
  }
  const statistics = new Map([...sets].map(([key, values]) => [key, momentsOf(values)]));
  return filled(x.shape, (index) => {
    const { mean, variance } = statistics.get(together(index[0], index[1])) ?? { mean: 0, variance: 0 };
    return ((at(x, index) - mean) / Math.sqrt(variance + epsilon)) * at(scale, [index[1]]) + at(shift, [index[1]]);
  });
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = total(values) / values.length;
  return { mean, variance: total(values.map((value) => (value - mean) ** 2)) / values.length };
}

/** Mean and population variance of each channel over the batch and all positions, each `[C]`. */
export function channelMoments(x: NdArray): { readonly mean: NdArray; readonly variance: NdArray } {
  const [batch, channels, ...extents] = x.shape;
  const moments = Array.from({ length: channels }, (_, c) =>
    momentsOf(indicesOf([batch, ...extents]).map(([n, ...p]) => at(x, [n, c, ...p]))),
  );
  return {
    mean: filled([channels], ([c]) => moments[c].mean),
    variance: filled([channels], ([c]) => moments[c].variance),
  };
}
