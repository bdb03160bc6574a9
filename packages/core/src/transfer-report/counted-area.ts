import type { ClassPrediction } from "../transfer/classification-scores.ts";

/** How often each case counts: 1 for all as they are, other integers where cases were drawn anew. */
export type Counts = ArrayLike<number>;

/** A prediction, and its place among the cases that counts are given for. */
export interface PlacedPrediction extends Pick<ClassPrediction, "truth" | "probabilities"> {
  readonly place: number;
}

/**
 * `areaUnderCurve` of predictions that count several times or not at all. Sorted once, so that a resample of n cases
 * takes O(n): with two classes the area of the second one, with more the mean over the classes; NaN where a class has no
 * case that counts.
 */
export function countedArea(predictions: readonly PlacedPrediction[], classes: number): (counts: Counts) => number {
  const wanted = classes === 2 ? [1] : Array.from({ length: classes }, (_, index) => index);
  const areas = wanted.map((index) => areaOfClass(predictions, index));
  return (counts) => areas.reduce((sum, area) => sum + area(counts), 0) / areas.length;
}

function areaOfClass(predictions: readonly PlacedPrediction[], index: number): (counts: Counts) => number {
  const sorted = predictions
    .map(({ place, truth, probabilities }) => ({ place, score: probabilities[index], isPositive: truth === index }))
    .sort((a, b) => a.score - b.score);
  const endsTie = sorted.map(({ score }, at) => sorted[at + 1]?.score !== score);
  return (counts) => {
    let [area, positives, below, tiedPositives, tiedNegatives] = [0, 0, 0, 0, 0];
    for (const [at, { place, isPositive }] of sorted.entries()) {
      if (isPositive) tiedPositives += counts[place];
      else tiedNegatives += counts[place];
      if (!endsTie[at]) continue;
      area += tiedPositives * (below + tiedNegatives / 2); // ties count half
      positives += tiedPositives;
      below += tiedNegatives;
      [tiedPositives, tiedNegatives] = [0, 0];
    }
    return area / (positives * below);
  };
}
