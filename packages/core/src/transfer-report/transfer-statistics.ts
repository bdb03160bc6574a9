import type { TransferComparisonResults, TransferTarget } from "../transfer-comparison/results.ts";
import { type Answers, answeredSize, answersOf } from "./answers.ts";
import { type CellRow, cellRows } from "./cell-rows.ts";
import { type ConvergenceRow, convergenceRows } from "./convergence.ts";
import { statisticsNotes } from "./statistics-notes.ts";
import { type SweepRow, sweepRows } from "./sweep-rows.ts";

/** What the report says of one target in numbers. */
export interface TargetStatistics {
  readonly target: TransferTarget;
  /** By number of labeled cases, then by arm. */
  readonly rows: readonly CellRow[];
  readonly sweeps: readonly SweepRow[];
}

/** Everything that a report of a comparison of transfer says in numbers. */
export interface TransferStatistics {
  /** Null while nothing is finished. */
  readonly answers: Answers | null;
  readonly targets: readonly TargetStatistics[];
  readonly convergence: readonly ConvergenceRow[];
  /** What a reader must know to read the numbers right, and what is not finished. */
  readonly notes: readonly string[];
}

/**
 * Sums a comparison of transfer up: arms are paired with scratch by test case, over seeds that both have.
 * @param seed of all bootstrap intervals
 */
export function transferStatistics(results: TransferComparisonResults, seed: number): TransferStatistics {
  const { arms, learningRates } = results;
  const labeled = answeredSize(results.targets);
  const targets = results.targets.map((target) => ({
    target,
    rows: cellRows(target, arms, seed),
    sweeps: sweepRows(target, arms, learningRates),
  }));
  return {
    answers: labeled === null ? null : answersOf(results, labeled, seed),
    targets,
    convergence: labeled === null ? [] : convergenceRows(results.targets, arms, labeled),
    notes: statisticsNotes(results, targets, labeled),
  };
}
