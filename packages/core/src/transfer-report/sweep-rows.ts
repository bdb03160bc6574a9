import type { TransferArm, TransferCell, TransferTarget } from "../transfer-comparison/results.ts";
import { cellOf, sizesOf } from "./cell-rows.ts";
import { groupRuns } from "./chosen-runs.ts";

/** What the sweep of one cell found: the validation score of every learning rate. */
export interface SweepRow {
  readonly arm: TransferArm;
  readonly labeled: number;
  readonly isAll: boolean;
  /** The seed that swept. */
  readonly seed: number;
  readonly chosen: number;
  /** In the order of the rates; mean over folds, null where it was not run, "diverged" where a loss was no number. */
  readonly scores: readonly (number | "diverged" | null)[];
  /** The chosen rate is the smallest or the largest of several, so a better one may lie outside. */
  readonly isAtEdge: boolean;
}

/** The sweeps of a target, in the order of its rows. */
export function sweepRows(target: TransferTarget, arms: readonly TransferArm[], rates: readonly number[]): SweepRow[] {
  const ends = [Math.min(...rates), Math.max(...rates)];
  return sizesOf(target).flatMap(({ labeled, isAll }) =>
    arms.flatMap((arm): SweepRow[] => {
      const cell = cellOf(target, arm.name, labeled);
      if (cell === undefined || cell.runs.length === 0) return [];
      const own = sweepRuns(cell);
      const scores = rates.map((rate) => rateScore(own.filter(({ learningRate }) => learningRate === rate)));
      const chosen = cell.learningRate;
      const isAtEdge = rates.length > 1 && ends.includes(chosen);
      return [{ arm, labeled, isAll, seed: own[0].seed, chosen, scores, isAtEdge }];
    }),
  );
}

/** The runs of the seed with the most rates: the other seeds have the chosen rate alone. */
function sweepRuns({ runs }: TransferCell): TransferCell["runs"] {
  const rateCount = (own: TransferCell["runs"]): number => new Set(own.map(({ learningRate }) => learningRate)).size;
  return groupRuns(runs, "seed").reduce((most, own) => (rateCount(own) > rateCount(most) ? own : most));
}

function rateScore(runs: TransferCell["runs"]): SweepRow["scores"][number] {
  if (runs.length === 0) return null;
  if (runs.some(({ diverged }) => diverged === true)) return "diverged";
  return runs.reduce((sum, { validation }) => sum + validation, 0) / runs.length;
}
