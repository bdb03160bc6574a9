import type { TransferCell } from "../transfer-comparison/results.ts";
import { chosenRuns, groupRuns } from "./chosen-runs.ts";

/** The validation score against the step, of one seed. */
export interface SeedCurve {
  readonly seed: number;
  readonly points: readonly { readonly step: number; readonly score: number }[];
}

/**
 * The learning curve of each seed at the rate that was chosen, over the folds the mean at the steps that all of them
 * have. A seed is left out where a fold of it has no curve, because it diverged.
 */
export function seedCurves(cell: TransferCell): SeedCurve[] {
  return groupRuns(chosenRuns(cell), "seed").flatMap((runs): SeedCurve[] => {
    const curves = runs.map(({ curve }) => new Map(curve.map(({ step, score }) => [step, score])));
    const points = [...curves[0].keys()].flatMap((step) => {
      const scores = curves.flatMap((curve) => curve.get(step) ?? []);
      const isWhole = scores.length === curves.length && scores.every(Number.isFinite);
      return isWhole ? [{ step, score: scores.reduce((sum, score) => sum + score, 0) / scores.length }] : [];
    });
    return points.length === 0 ? [] : [{ seed: runs[0].seed, points: points.sort((a, b) => a.step - b.step) }];
  });
}
