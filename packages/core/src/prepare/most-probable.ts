/** Index of the largest of `[classes, voxels]` at each voxel, `[voxels]`; of equal ones the first. */
export function mostProbable(probabilities: Float32Array, classes: number): Float32Array {
  const voxels = probabilities.length / classes;
  const best = new Float32Array(voxels);
  for (let p = 0; p < voxels; p++) {
    for (let c = 1; c < classes; c++) {
      if (probabilities[c * voxels + p] > probabilities[best[p] * voxels + p]) best[p] = c;
    }
  }
  return best;
}
