import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import signedRankCdf from "@stdlib/stats-base-dists-signrank-cdf";
import tCdf from "@stdlib/stats-base-dists-t-cdf";

/** What a test found. Two-sided: it asks whether the gains lie on one side of zero, whichever. */
export interface PairedTest {
  /** t of the t-test; the smaller of both rank sums of the signed-rank test. */
  readonly statistic: number;
  /** Gains that the test used: the signed-rank test leaves those of zero out. */
  readonly n: number;
  /** Chance of gains at least as far from zero if there were none. */
  readonly p: number;
}

/** Gains are differences of scores of about 1, so what differs by less than this differs by rounding alone. */
const ROUNDING = 1e-12;

/** Up to here the signed-rank test counts all signs instead of taking the normal curve, as R and SciPy do. */
const EXACT_UP_TO = 50;

/**
 * Paired t-test (Student 1908) on gains, one for each scan: t = mean / (sd / sqrt(n)) with n - 1 degrees of freedom,
 * p = 2 F(-|t|). It takes the MEAN of the gains to be about normal.
 *
 * @returns null where t is not defined: fewer than two gains, or all of them equal.
 */
export function pairedTTest(gains: readonly number[]): PairedTest | null {
  const n = gains.length;
  if (n < 2) return null;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / n;
  const sd = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (n - 1));
  if (sd < ROUNDING) return null;
  const statistic = mean / (sd / Math.sqrt(n));
  return { statistic, n, p: Math.min(1, 2 * tCdf(-Math.abs(statistic), n - 1)) };
}

/**
 * Signed-rank test (Wilcoxon 1945) on gains, one for each scan. Gains of zero are left out, equal sizes share their
 * mean rank, and W is the smaller of the rank sums of rising and falling scans. Exact for up to 50 gains without zeros
 * and equal sizes, else by the normal curve with the variance corrected for equal sizes and without a correction for
 * continuity: n(n+1)(2n+1)/24 - sum(t^3 - t)/48 over groups of t equal sizes. Both are those of SciPy.
 *
 * It needs at least six gains to fall below 0.05. @returns null where no gain differs from zero.
 */
export function signedRankTest(gains: readonly number[]): PairedTest | null {
  const moved = gains.filter((gain) => Math.abs(gain) >= ROUNDING);
  const n = moved.length;
  if (n === 0) return null;
  const groups = rankGroups(moved);
  const all = (n * (n + 1)) / 2;
  const up = groups.reduce((sum, { rank, rising }) => sum + rank * rising, 0);
  const statistic = Math.min(up, all - up);
  const tied = groups.length < n;
  if (n <= EXACT_UP_TO && n === gains.length && !tied) {
    return { statistic, n, p: Math.min(1, 2 * signedRankCdf(statistic, n)) };
  }
  const tieSum = groups.reduce((sum, { size }) => sum + size ** 3 - size, 0);
  const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieSum / 48);
  return { statistic, n, p: Math.min(1, 2 * normalCdf((statistic - all / 2) / sd, 0, 1)) };
}

interface RankGroup {
  readonly rank: number;
  readonly size: number;
  /** How many of the group are above zero. */
  readonly rising: number;
}

/** Groups of equal size, smallest first, each with its mean rank from 1. */
function rankGroups(gains: readonly number[]): RankGroup[] {
  const sorted = [...gains].sort((a, b) => Math.abs(a) - Math.abs(b));
  const groups: RankGroup[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && Math.abs(sorted[end]) - Math.abs(sorted[end - 1]) < ROUNDING) end++;
    const group = sorted.slice(start, end);
    groups.push({ rank: (start + 1 + end) / 2, size: group.length, rising: group.filter((gain) => gain > 0).length });
    start = end;
  }
  return groups;
}
