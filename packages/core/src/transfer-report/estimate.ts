import type { CommonCases } from "./common-cases.ts";
import type { Counts } from "./counted-area.ts";

/** A number with what its test cases say of its uncertainty. */
export interface Estimate {
  readonly value: number;
  /** 95 % percentile bootstrap interval; null where none can be given. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Twice the smaller share of resamples on one side of 0, two-sided; null without an interval. */
  readonly p: number | null;
  /** Test cases behind it. */
  readonly n: number;
}

const RESAMPLES = 10_000;

/**
 * A statistic of test cases with its 95 % percentile bootstrap interval (Efron 1979): cases are drawn anew with
 * replacement within each target and fold, all cells on the same draw, so that arms stay paired. Resamples in which the
 * statistic is not defined are left out; where they are more than one in forty, and where a target has one case, there is
 * no interval. @returns null where the statistic itself is not defined
 * @param targets cases of each target; counts are given in this order
 * @param random uniform in [0, 1); a seeded one gives the same interval again
 */
export function estimate(
  targets: readonly Pick<CommonCases, "ids" | "folds">[],
  statistic: (counts: readonly Counts[]) => number,
  random: () => number,
): Estimate | null {
  const n = targets.reduce((sum, { ids }) => sum + ids.length, 0);
  const value = n === 0 ? Number.NaN : statistic(targets.map(({ ids }) => ids.map(() => 1)));
  if (Number.isNaN(value)) return null;
  if (targets.some(({ ids }) => ids.length < 2)) return { value, interval: null, p: null, n };
  const counts = targets.map(({ ids }) => new Uint16Array(ids.length));
  const drawn: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (const [target, { folds }] of targets.entries()) drawCases(folds, counts[target], random);
    const own = statistic(counts);
    if (!Number.isNaN(own)) drawn.push(own);
  }
  if (drawn.length < RESAMPLES * (39 / 40)) return { value, interval: null, p: null, n };
  const sorted = Float64Array.from(drawn).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  const [above, below] = [drawn.filter((one) => one >= 0).length, drawn.filter((one) => one <= 0).length];
  const p = Math.min(1, (2 * (Math.min(above, below) + 1)) / (drawn.length + 1));
  return { value, interval: { low: at(0.025), high: at(0.975) }, p, n };
}

function drawCases(folds: CommonCases["folds"], counts: Uint16Array, random: () => number): void {
  counts.fill(0);
  for (const places of folds) {
    for (let draw = 0; draw < places.length; draw++) counts[places[Math.floor(random() * places.length)]] += 1;
  }
}

/** What an interval says of the sign: above 0, below 0, or neither. */
export function signOf(of: Estimate | null): "above" | "below" | "not established" {
  if (of?.interval == null) return "not established";
  const { low, high } = of.interval;
  return low > 0 ? "above" : high < 0 ? "below" : "not established";
}
