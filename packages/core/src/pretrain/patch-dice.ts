import { dice } from "../evaluate/overlap.ts";

/** Counts voxels over any number of patches; those of class -1 count nowhere. */
export interface DiceCounter {
  /** Probabilities `[classes, voxels]` and class indices `[voxels]`. */
  add(probabilities: Float32Array, truth: Float32Array): void;
  /** Mean over the classes behind background that occur in the truth; null where none does. */
  mean(): number | null;
}

/** Dice of all patches together: a class that one patch barely touches does not weigh as much as a whole one. */
export function diceCounter(classes: number): DiceCounter {
  const overlap = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const real = new Float64Array(classes);
  return {
    add(probabilities, truth) {
      for (let p = 0; p < truth.length; p++) {
        if (truth[p] < 0) continue;
        let best = 0;
        for (let c = 1; c < classes; c++) {
          if (probabilities[c * truth.length + p] > probabilities[best * truth.length + p]) best = c;
        }
        predicted[best]++;
        real[truth[p]]++;
        if (best === truth[p]) overlap[best]++;
      }
    },
    mean() {
      const scores: number[] = [];
      for (let c = 1; c < classes; c++) {
        if (real[c] === 0) continue;
        const [truePositives, falsePositives] = [overlap[c], predicted[c] - overlap[c]];
        const counts = { truePositives, falsePositives, falseNegatives: real[c] - overlap[c], trueNegatives: 0 };
        scores.push(dice(counts));
      }
      return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
    },
  };
}
