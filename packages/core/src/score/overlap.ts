/** Voxel counts of two binary structures. */
export interface OverlapCounts {
  readonly both: number;
  readonly first: number;
  readonly second: number;
}

/** Counts one label in two label arrays of the same grid. */
export function countOverlap(a: ArrayLike<number>, b: ArrayLike<number>, label: number): OverlapCounts {
  let both = 0;
  let first = 0;
  let second = 0;
  for (let voxel = 0; voxel < a.length; voxel++) {
    const inA = a[voxel] === label;
    const inB = b[voxel] === label;
    if (inA) first++;
    if (inB) second++;
    if (inA && inB) both++;
  }
  return { both, first, second };
}

/** 2 |A and B| / (|A| + |B|); NaN where both are empty. */
export function diceOf({ both, first, second }: OverlapCounts): number {
  return (2 * both) / (first + second);
}

/** |A and B| / |A or B|; NaN where both are empty. */
export function jaccardOf({ both, first, second }: OverlapCounts): number {
  return both / (first + second - both);
}

/** 1 - ||A| - |B|| / (|A| + |B|) (Taha and Hanbury 2015); NaN where both are empty. */
export function volumeSimilarityOf({ first, second }: OverlapCounts): number {
  return 1 - Math.abs(first - second) / (first + second);
}
