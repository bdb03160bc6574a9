import tCdf from "@stdlib/stats-base-dists-t-cdf";
import { spread } from "../evaluate/summary.ts";

/** A mean with its 95 % interval; null where fewer than three values are no ground for one. */
export interface MeanInterval {
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/**
 * Mean of a few values with Student's interval, mean ± t(0.975, n - 1) sd / sqrt(n): over three seeds a bootstrap would
 * be far too narrow. Of two values it would reach 13 times their deviation, which says nothing.
 * @returns null without values
 */
export function meanInterval(values: readonly number[]): MeanInterval | null {
  const { mean, sd, n } = spread(values);
  if (mean === null) return null;
  if (sd === null || n < 3) return { mean, interval: null };
  const reach = (tQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
  return { mean, interval: { low: mean - reach, high: mean + reach } };
}

/** The value below which a share of Student's distribution lies, by halving; for shares above one half. */
export function tQuantile(share: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (tCdf(high, degrees) < share) high *= 2;
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2;
    if (tCdf(middle, degrees) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
