import { type AdjustedTest, adjustedTests } from "../evaluate/holm.ts";
import { pairedTTest, signedRankTest } from "../evaluate/paired-test.ts";
import { spread } from "../evaluate/summary.ts";
import type { TransferArm, TransferCell, TransferTarget } from "../transfer-comparison/results.ts";
import { caseValues } from "./case-values.ts";
import { chosenRuns, seedsOf } from "./chosen-runs.ts";
import { commonCases, type Measure, mainMeasure } from "./common-cases.ts";
import { difference, drawsOf } from "./contrast.ts";
import { type Estimate, estimate } from "./estimate.ts";

/** An arm with one number of labeled cases on one target. */
export interface CellRow {
  readonly arm: TransferArm;
  readonly labeled: number;
  readonly isAll: boolean;
  /** Null where it is not finished; then so is everything below. */
  readonly cell: TransferCell | null;
  /** Mean Dice, or area under the curve. */
  readonly score: Estimate | null;
  /** Over test cases; null for an area, which no single case has. */
  readonly sd: number | null;
  /** Of a classification. */
  readonly accuracy: Estimate | null;
  readonly seeds: readonly number[];
  /** Sample standard deviation of the seeds' scores; null for one seed. */
  readonly sdOverSeeds: number | null;
  /** Null for scratch itself, and where it has no cell to compare with. */
  readonly overScratch: OverScratch | null;
}

/** An arm minus scratch, on the test cases and seeds that both have. */
export interface OverScratch extends Estimate {
  readonly accuracy: Estimate | null;
  /** By case: difference in mean Dice, or in the probability of the true class. */
  readonly cases: readonly { readonly id: string; readonly gain: number }[];
  /** Seeds that both have; empty where they share none. */
  readonly seeds: readonly number[];
  /** p values adjusted over all differences of the target; null where the test cannot be made or is not of this task. */
  readonly tTest: AdjustedTest | null;
  readonly signedRank: AdjustedTest | null;
  readonly bootstrap: AdjustedTest | null;
}

/** The numbers of labeled cases with which any arm was run, rising. */
export function sizesOf({ cells }: TransferTarget): readonly Pick<CellRow, "labeled" | "isAll">[] {
  const sizes = new Map(cells.map(({ labeled, isAll }) => [labeled, { labeled, isAll }]));
  return [...sizes.values()].sort((a, b) => a.labeled - b.labeled);
}

export function cellOf({ cells }: TransferTarget, arm: string, labeled: number): TransferCell | undefined {
  return cells.find((cell) => cell.arm === arm && cell.labeled === labeled);
}

/** A row for each number of labeled cases and each arm, also for those that are not finished. */
export function cellRows(target: TransferTarget, arms: readonly TransferArm[], seed: number): CellRow[] {
  const rows = sizesOf(target).flatMap((size) =>
    arms.map((arm) => {
      const cell = cellOf(target, arm.name, size.labeled) ?? null;
      const scratch = arm.name === "scratch" ? undefined : cellOf(target, "scratch", size.labeled);
      const overScratch = cell === null || scratch === undefined ? null : differenceOf(target, [cell, scratch], seed);
      return { arm, ...size, cell, ...scoresOf(target, cell, seed), overScratch };
    }),
  );
  return withTests(target, rows);
}

type Untested = Omit<OverScratch, "tTest" | "signedRank" | "bootstrap">;

function differenceOf(
  target: TransferTarget,
  cells: readonly [TransferCell, TransferCell],
  seed: number,
): Untested | null {
  const own = difference([{ target, cells }], seed);
  if (own === null) return null;
  const { ids, seeds, runs } = commonCases(target, cells, mainMeasure(target));
  const [ours, theirs] = runs.map((used) =>
    caseValues(used, target.task === "segmentation" ? "dice" : "trueProbability"),
  );
  const cases = ids.map((id) => ({ id, gain: (ours.get(id) ?? Number.NaN) - (theirs.get(id) ?? Number.NaN) }));
  const accuracy = target.task === "segmentation" ? null : difference([{ target, cells }], seed, "accuracy");
  return { ...own, accuracy, cases, seeds };
}

type Scores = Pick<CellRow, "score" | "sd" | "accuracy" | "seeds" | "sdOverSeeds">;

function scoresOf(target: TransferTarget, cell: TransferCell | null, seed: number): Scores {
  if (cell === null) return { score: null, sd: null, accuracy: null, seeds: [], sdOverSeeds: null };
  const seeds = seedsOf(cell);
  const bySeed = seeds.map((one) => scoreOf(target, { ...cell, runs: cell.runs.filter((run) => run.seed === one) }));
  const isDice = target.task === "segmentation";
  return {
    score: scoreEstimate(target, cell, mainMeasure(target), seed),
    sd: isDice ? spread([...caseValues(chosenRuns(cell), "dice").values()]).sd : null,
    accuracy: isDice ? null : scoreEstimate(target, cell, "accuracy", seed),
    seeds,
    sdOverSeeds: spread(bySeed.filter((score) => !Number.isNaN(score))).sd,
  };
}

function scoreEstimate(target: TransferTarget, cell: TransferCell, measure: Measure, seed: number): Estimate | null {
  const common = commonCases(target, [cell], measure);
  return estimate([common], ([counts]) => common.scores[0](counts), drawsOf([{ target }], seed));
}

/** The score of a cell as it is; NaN where it is not defined. */
function scoreOf(target: TransferTarget, cell: TransferCell): number {
  const { ids, scores } = commonCases(target, [cell], mainMeasure(target));
  return scores[0](ids.map(() => 1));
}

function withTests(
  { task }: TransferTarget,
  rows: readonly (Omit<CellRow, "overScratch"> & { readonly overScratch: Untested | null })[],
): CellRow[] {
  const untested = rows.map(({ overScratch }) => overScratch);
  const gains = untested.map((own) =>
    own === null || task !== "segmentation" ? [] : own.cases.map(({ gain }) => gain),
  );
  const tTests = adjustedTests(gains.map(pairedTTest));
  const signedRanks = adjustedTests(gains.map(signedRankTest));
  const bootstraps = adjustedTests(
    untested.map((own) => (own === null || own.p === null ? null : { statistic: own.value, n: own.n, p: own.p })),
  );
  return rows.map((row, index) => ({
    ...row,
    overScratch:
      row.overScratch === null
        ? null
        : {
            ...row.overScratch,
            ...{ tTest: tTests[index], signedRank: signedRanks[index], bootstrap: bootstraps[index] },
          },
  }));
}
