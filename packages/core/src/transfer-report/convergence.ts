import type { TransferArm, TransferTarget } from "../transfer-comparison/results.ts";
import { cellOf } from "./cell-rows.ts";
import { seedsOf } from "./chosen-runs.ts";
import { type SeedCurve, seedCurves } from "./mean-curve.ts";
import { type MeanInterval, meanInterval } from "./mean-interval.ts";

/** Shares of the score at which scratch ends. */
export const GOALS = [0.95, 1] as const;

/** How soon an arm reaches a share of the score at which scratch ends. */
export interface GoalReached {
  readonly share: (typeof GOALS)[number];
  /** Steps of each seed that both have; null: never within the steps of the training. */
  readonly seeds: readonly { readonly seed: number; readonly own: number | null; readonly scratch: number }[];
  readonly never: number;
  /**
   * Steps of scratch over steps of the arm, geometric mean over seeds: above 1 the arm is faster. A seed that never
   * gets there counts as if it did at its last step, so the ratio is then at most this. Null without seeds.
   */
  readonly ratio: MeanInterval | null;
}

/** An arm beside scratch on one target; scratch itself is among the arms, with ratio 1. */
export interface ConvergenceRow {
  readonly target: TransferTarget;
  readonly arm: TransferArm;
  readonly goals: readonly GoalReached[];
}

/** Steps of every arm until it reaches what scratch ends at, with `labeled` labeled cases, target by target. */
export function convergenceRows(
  targets: readonly TransferTarget[],
  arms: readonly TransferArm[],
  labeled: number,
): ConvergenceRow[] {
  return targets.flatMap((target) => {
    const scratch = cellOf(target, "scratch", labeled);
    if (scratch === undefined) return [];
    const floor = chanceOf(target);
    const theirs = seedCurves(scratch);
    return arms.flatMap((arm): ConvergenceRow[] => {
      const cell = cellOf(target, arm.name, labeled);
      if (cell === undefined) return [];
      const curves = new Map(seedCurves(cell).map(({ seed, points }) => [seed, points]));
      // A seed that diverged has no curve: it never gets anywhere.
      const ours = seedsOf(cell).map((seed) => ({ seed, points: curves.get(seed) ?? [] }));
      return [{ target, arm, goals: GOALS.map((share) => goalReached(ours, theirs, share, floor)) }];
    });
  });
}

/** The score of a network that has learned nothing: an area of one half, a Dice of 0. */
function chanceOf({ task }: TransferTarget): number {
  return task === "segmentation" ? 0 : 0.5;
}

/** A goal is floor + share (end - floor); where scratch does not end above the floor there is none. */
function goalReached(
  ours: readonly SeedCurve[],
  theirs: readonly SeedCurve[],
  share: GoalReached["share"],
  floor: number,
): GoalReached {
  const reached = theirs.flatMap(({ seed, points }) => {
    const own = ours.find((one) => one.seed === seed)?.points;
    const { step: last, score: end } = points[points.length - 1];
    if (own === undefined || end <= floor) return [];
    const goal = floor + share * (end - floor);
    const scratch = stepsTo(points, goal);
    return scratch === null ? [] : [{ seed, own: stepsTo(own, goal), scratch, last }];
  });
  const logs = meanInterval(reached.map(({ own, scratch, last }) => Math.log(scratch / (own ?? last))));
  return {
    share,
    seeds: reached.map(({ seed, own, scratch }) => ({ seed, own, scratch })),
    never: reached.filter(({ own }) => own === null).length,
    ratio: logs === null ? null : exponential(logs),
  };
}

function stepsTo(points: SeedCurve["points"], goal: number): number | null {
  return points.find(({ score }) => score >= goal - 1e-12)?.step ?? null; // 1 times the end may round above it
}

function exponential({ mean, interval }: MeanInterval): MeanInterval {
  const bounds = interval === null ? null : { low: Math.exp(interval.low), high: Math.exp(interval.high) };
  return { mean: Math.exp(mean), interval: bounds };
}

/** The ratio over all targets, geometric mean of those of the targets, with Student's interval over targets. */
export function ratioOverTargets(
  rows: readonly ConvergenceRow[],
  arm: string,
  share: GoalReached["share"],
): (MeanInterval & { readonly targets: number; readonly never: number }) | null {
  const goals = rows
    .filter((row) => row.arm.name === arm)
    .flatMap((row) => row.goals.filter((goal) => goal.share === share && goal.ratio !== null));
  const logs = meanInterval(goals.flatMap(({ ratio }) => (ratio === null ? [] : [Math.log(ratio.mean)])));
  if (logs === null) return null;
  const never = goals.reduce((sum, goal) => sum + goal.never, 0);
  return { ...exponential(logs), targets: goals.length, never };
}
