import { type ClassConfusion, countClassConfusion, meanRecall } from "../evaluate/class-confusion.ts";

/** What a network says of one image, and what is true. */
export interface ClassPrediction {
  readonly id: string;
  /** Index of the true class. */
  readonly truth: number;
  /** One for each class; they sum to 1. */
  readonly probabilities: readonly number[];
}

/** A score with its 95 % percentile bootstrap interval over cases. */
export interface ScoreWithInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How well images were classified. Scores that need every class are null where a class has no case. */
export interface ClassificationScores {
  readonly cases: number;
  readonly accuracy: ScoreWithInterval;
  /** Mean over the classes of the share of their cases that was found. */
  readonly balancedAccuracy: ScoreWithInterval | null;
  /** See `areaUnderCurve`. */
  readonly auc: ScoreWithInterval | null;
  /** `counts[predicted][true]`. */
  readonly confusion: ClassConfusion;
}

const RESAMPLES = 2_000;

/**
 * Scores of the predictions. Intervals: cases are drawn anew with replacement (Efron 1979); draws in which a class is
 * missing have no balanced accuracy and no AUC, and are left out of those intervals.
 * @param random uniform in [0, 1); a seeded one gives the same intervals again
 */
export function classificationScores(
  predictions: readonly ClassPrediction[],
  classes: number,
  random: () => number,
): ClassificationScores {
  const measures = [accuracyOf, balancedAccuracyOf, areaUnderCurve];
  const draws: number[][] = measures.map(() => []);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const drawn = predictions.map(() => predictions[Math.floor(random() * predictions.length)]);
    for (const [index, measure] of measures.entries()) draws[index].push(measure(drawn, classes));
  }
  const [accuracy, balancedAccuracy, auc] = measures.map((measure, index): ScoreWithInterval => {
    const defined = Float64Array.from(draws[index].filter((value) => !Number.isNaN(value))).sort();
    const at = (share: number): number => defined[Math.round(share * (defined.length - 1))] ?? Number.NaN;
    return { value: measure(predictions, classes), low: at(0.025), high: at(0.975) };
  });
  const known = (score: ScoreWithInterval): ScoreWithInterval | null => (Number.isNaN(score.value) ? null : score);
  const confusion = confusionOf(predictions, classes);
  return { cases: predictions.length, accuracy, balancedAccuracy: known(balancedAccuracy), auc: known(auc), confusion };
}

/** The class with the largest probability, the first of equal ones. */
export function mostProbableClass(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** Share of the cases whose most probable class is the true one; NaN without cases. */
export function accuracyOf(predictions: readonly ClassPrediction[]): number {
  const hits = predictions.filter(({ truth, probabilities }) => mostProbableClass(probabilities) === truth).length;
  return hits / predictions.length;
}

/** Mean recall over the classes; NaN where a class has no case. */
export function balancedAccuracyOf(predictions: readonly ClassPrediction[], classes: number): number {
  return meanRecall(confusionOf(predictions, classes));
}

/**
 * Area under the ROC curve: the chance that a case of a class gets a higher probability of it than a case that is not,
 * ties count half (Mann and Whitney 1947), from ranks in O(n log n). With two classes that of the second one, with more
 * the mean over the classes. NaN where a class has no case.
 */
export function areaUnderCurve(predictions: readonly ClassPrediction[], classes: number): number {
  const areas = Array.from({ length: classes }, (_, index) => areaOfClass(predictions, index));
  return classes === 2 ? areas[1] : areas.reduce((sum, area) => sum + area, 0) / classes;
}

function areaOfClass(predictions: readonly ClassPrediction[], index: number): number {
  const sorted = predictions
    .map(({ truth, probabilities }) => ({ score: probabilities[index], isPositive: truth === index }))
    .sort((a, b) => a.score - b.score);
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1; // a score that is no number equals nothing, itself included
    while (to < sorted.length && sorted[to].score === sorted[from].score) to++;
    const tied = sorted.slice(from, to).filter(({ isPositive }) => isPositive).length;
    positives += tied;
    rankSum += (tied * (from + 1 + to)) / 2; // ranks from + 1 to `to` are shared
    from = to;
  }
  const negatives = sorted.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function confusionOf(predictions: readonly ClassPrediction[], classes: number): ClassConfusion {
  const predicted = predictions.map(({ probabilities }) => mostProbableClass(probabilities));
  return countClassConfusion(
    predicted,
    predictions.map(({ truth }) => truth),
    classes,
  );
}
