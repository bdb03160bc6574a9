import type { LabelMap } from "../volume/volume.ts";

/** Class indices: position in `labels` plus 1; 0 is background, and every label that is not in the list. */
export function classIndices({ data }: Pick<LabelMap, "data">, labels: readonly number[]): Float32Array {
  const classOf = new Map(labels.map((label, index) => [label, index + 1]));
  return Float32Array.from(data, (label) => classOf.get(label) ?? 0);
}
