/**
 * Mean Dice of class indices over the classes that the truth has, background aside; voxels with a truth of -1 count
 * nowhere. Null where the truth has no such class.
 */
export function meanDiceOfClasses(predicted: Float32Array, truth: Float32Array, classes: number): number | null {
  const overlap = new Float64Array(classes);
  const predictedSizes = new Float64Array(classes);
  const trueSizes = new Float64Array(classes);
  for (let p = 0; p < truth.length; p++) {
    if (truth[p] < 0) continue;
    predictedSizes[predicted[p]]++;
    trueSizes[truth[p]]++;
    if (predicted[p] === truth[p]) overlap[truth[p]]++;
  }
  const scores: number[] = [];
  for (let c = 1; c < classes; c++) {
    if (trueSizes[c] > 0) scores.push((2 * overlap[c]) / (predictedSizes[c] + trueSizes[c]));
  }
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
