/** Voxels by what the prediction and the truth say of them. */
export interface Confusion {
  /** In both. */
  readonly truePositives: number;
  /** In the prediction alone. */
  readonly falsePositives: number;
  /** In the truth alone. */
  readonly falseNegatives: number;
  /** In neither. */
  readonly trueNegatives: number;
}

/** Counts voxels of two masks (0 outside, anything else inside) of one length. */
export function countConfusion(prediction: ArrayLike<number>, truth: ArrayLike<number>): Confusion {
  if (prediction.length !== truth.length) {
    throw new RangeError(`Masks of one length expected, got ${prediction.length} and ${truth.length} voxels`);
  }
  const counts = [0, 0, 0, 0];
  for (let index = 0; index < truth.length; index++) {
    counts[(prediction[index] === 0 ? 0 : 1) + (truth[index] === 0 ? 0 : 2)] += 1;
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}

/** Dice, 2 TP / (2 TP + FP + FN), from 0 to 1. Two empty masks give `bothEmpty`: Metrics Reloaded says 1, others NaN. */
export function dice(counts: Confusion, bothEmpty = Number.NaN): number {
  return fBeta(counts, 1, bothEmpty);
}

/** F-beta, (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP): recall counts beta times as much as precision. */
export function fBeta(counts: Confusion, beta: number, bothEmpty = Number.NaN): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const hits = (1 + beta ** 2) * truePositives;
  const all = hits + beta ** 2 * falseNegatives + falsePositives;
  return all === 0 ? bothEmpty : hits / all;
}

/** Jaccard index or intersection over union, TP / (TP + FP + FN). */
export function jaccard(counts: Confusion, bothEmpty = Number.NaN): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const union = truePositives + falsePositives + falseNegatives;
  return union === 0 ? bothEmpty : truePositives / union;
}

/** 1 - |FN - FP| / (2 TP + FP + FN): 1 where the volumes are equal, wherever they lie (Taha and Hanbury 2015). */
export function volumeSimilarity(counts: Confusion): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const sum = 2 * truePositives + falsePositives + falseNegatives;
  return 1 - Math.abs(falseNegatives - falsePositives) / sum;
}

/** |predicted volume - true volume| / true volume. */
export function absoluteVolumeDifferenceRatio(counts: Confusion): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  return Math.abs(falsePositives - falseNegatives) / (truePositives + falseNegatives);
}

/** Recall or intersection over reference, TP / (TP + FN); NaN where the truth is empty. */
export function sensitivity({ truePositives, falseNegatives }: Confusion): number {
  return truePositives / (truePositives + falseNegatives);
}

/** TN / (TN + FP); NaN where the truth fills the volume. */
export function specificity({ trueNegatives, falsePositives }: Confusion): number {
  return trueNegatives / (trueNegatives + falsePositives);
}

/** Precision or positive predictive value, TP / (TP + FP); NaN where the prediction is empty. */
export function precision({ truePositives, falsePositives }: Confusion): number {
  return truePositives / (truePositives + falsePositives);
}

/** TN / (TN + FN). */
export function negativePredictiveValue({ trueNegatives, falseNegatives }: Confusion): number {
  return trueNegatives / (trueNegatives + falseNegatives);
}

/** Share of voxels on which both agree. Background dominates it in most scans: prefer Dice. */
export function accuracy(counts: Confusion): number {
  return (counts.truePositives + counts.trueNegatives) / voxels(counts);
}

/** Mean of sensitivity and specificity. */
export function balancedAccuracy(counts: Confusion): number {
  return (sensitivity(counts) + specificity(counts)) / 2;
}

/** Youden's index or informedness, sensitivity + specificity - 1. */
export function youdenIndex(counts: Confusion): number {
  return sensitivity(counts) + specificity(counts) - 1;
}

/** Sensitivity / (1 - specificity); Infinity where there is no false positive. */
export function positiveLikelihoodRatio(counts: Confusion): number {
  return sensitivity(counts) / (1 - specificity(counts));
}

/** Matthews correlation coefficient: the correlation of the two masks, from -1 to 1. */
export function matthewsCorrelation(counts: Confusion): number {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  return (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
}

/** Cohen's kappa: agreement beyond what two masks of these volumes would have by chance. */
export function cohensKappa(counts: Confusion): number {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  const chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / voxels(counts) ** 2;
  return (accuracy(counts) - chance) / (1 - chance);
}

/** TP / n - exchange * FP / n: a true positive is worth 1, a false positive costs the exchange rate (Vickers 2016). */
export function netBenefit(counts: Confusion, exchangeRate = 1): number {
  return (counts.truePositives - exchangeRate * counts.falsePositives) / voxels(counts);
}

function voxels({ truePositives, falsePositives, falseNegatives, trueNegatives }: Confusion): number {
  return truePositives + falsePositives + falseNegatives + trueNegatives;
}
