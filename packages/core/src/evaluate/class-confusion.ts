/** Confusion matrix of several classes: `counts[predicted][true]` voxels. */
export type ClassConfusion = readonly (readonly number[])[];

/** Counts voxels by predicted and true class; classes are integers from 0 to `classes` - 1. */
export function countClassConfusion(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): ClassConfusion {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let index = 0; index < truth.length; index++) counts[prediction[index]][truth[index]] += 1;
  return counts;
}

/** Mean over the classes of the share of a class that was found. */
export function meanRecall(counts: ClassConfusion): number {
  const { trueTotals } = totals(counts);
  return mean(counts.map((row, index) => row[index] / trueTotals[index]));
}

/** Cohen's kappa with a weight for each kind of disagreement; all weigh the same unless `weights[i][j]` is given. */
export function weightedKappa(counts: ClassConfusion, weights = allButDiagonal(counts.length)): number {
  const { predictedTotals, trueTotals, all } = totals(counts);
  const observed = sum(counts.map((row, i) => sum(row.map((count, j) => weights[i][j] * count))));
  const byChance = sum(
    predictedTotals.map((predicted, i) => sum(trueTotals.map((real, j) => (weights[i][j] * predicted * real) / all))),
  );
  return 1 - observed / byChance;
}

/** Matthews correlation of several classes (Gorodkin 2004): covariance of the one-hot maps over their deviations. */
export function classCorrelation(counts: ClassConfusion): number {
  const { predictedTotals, trueTotals, all } = totals(counts);
  const covariance = (hits: number, one: readonly number[], other: readonly number[]): number =>
    all * hits - sum(one.map((count, index) => count * other[index]));
  const hits = sum(counts.map((row, index) => row[index]));
  return (
    covariance(hits, predictedTotals, trueTotals) /
    Math.sqrt(covariance(all, predictedTotals, predictedTotals) * covariance(all, trueTotals, trueTotals))
  );
}

/**
 * Expected cost of an error, sum over i, j of costs[i][j] * (share of voxels that are j and called i). By default
 * each true class weighs the same, whatever its volume: costs[i][j] = 1 / (classes * share of class j).
 */
export function expectedCost(counts: ClassConfusion, costs = balancedCosts(counts)): number {
  const { all } = totals(counts);
  return sum(counts.map((row, i) => sum(row.map((count, j) => (costs[i][j] * count) / all))));
}

/** Expected cost over that of the best answer that ignores the image: always the same class. */
export function normalizedExpectedCost(counts: ClassConfusion, costs = balancedCosts(counts)): number {
  const { trueTotals, all } = totals(counts);
  const naive = costs.map((row) => sum(row.map((cost, j) => (cost * trueTotals[j]) / all)));
  return expectedCost(counts, costs) / Math.min(...naive);
}

function balancedCosts(counts: ClassConfusion): number[][] {
  const { trueTotals, all } = totals(counts);
  const cost = (j: number): number => (trueTotals[j] === 0 ? 0 : all / (counts.length * trueTotals[j]));
  return counts.map((_, i) => trueTotals.map((__, j) => (i === j ? 0 : cost(j))));
}

function allButDiagonal(classes: number): number[][] {
  return Array.from({ length: classes }, (_, i) => Array.from({ length: classes }, (__, j) => (i === j ? 0 : 1)));
}

function totals(counts: ClassConfusion): { predictedTotals: number[]; trueTotals: number[]; all: number } {
  const predictedTotals = counts.map(sum);
  const trueTotals = counts.map((_, j) => sum(counts.map((row) => row[j])));
  return { predictedTotals, trueTotals, all: sum(predictedTotals) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
