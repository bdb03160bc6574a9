import type { MethodCases } from "./summary.ts";

/** How much better one method is than another on the same scans. */
export interface PairedGain {
  readonly mean: number;
  /** 95 % percentile bootstrap interval over scans. */
  readonly low: number;
  readonly high: number;
  /** How many scans both have. */
  readonly n: number;
}

const RESAMPLES = 10_000;

/**
 * Mean of `ours - theirs` over pairs with its 95 % percentile bootstrap interval (Efron 1979): pairs are drawn anew
 * with replacement, and the 2.5 and 97.5 percentiles of the means are the interval. Without pairs all is NaN.
 *
 * @param random uniform in [0, 1); a seeded one gives the same interval again.
 */
export function pairedGain(ours: readonly number[], theirs: readonly number[], random: () => number): PairedGain {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} and ${theirs.length} scores are no pairs`);
  const gains = ours.map((value, index) => value - theirs[index]);
  const n = gains.length;
  const means = Float64Array.from({ length: n === 0 ? 0 : RESAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += gains[Math.floor(random() * n)];
    return sum / n;
  }).sort();
  const percentile = (share: number): number => means[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / n;
  return { mean, low: percentile(0.025), high: percentile(0.975), n };
}

/** Gain of one method over another in the mean Dice of a scan, over the scans that both scored. */
export function gainOver(ours: MethodCases, theirs: MethodCases, random: () => number): PairedGain {
  const other = new Map(theirs.cases.map(({ id, metrics }) => [id, metrics.mean.dice]));
  const pairs = ours.cases.flatMap(({ id, metrics }) => {
    const [first, second] = [metrics.mean.dice, other.get(id) ?? null];
    return first === null || second === null ? [] : [{ first, second }];
  });
  return pairedGain(
    pairs.map(({ first }) => first),
    pairs.map(({ second }) => second),
    random,
  );
}
