import { describe, expect, it } from "vitest";
import { pairedTTest, signedRankTest } from "./paired-test.ts";

// Hours of sleep gained under two drugs by ten patients: Student (1908), The probable error of a mean; R's `sleep`.
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
const SLEEP = FIRST.map((hours, patient) => hours - SECOND[patient]);

// Hamilton depression scale before and after: Hollander and Wolfe (1973), p. 29, the example of R's wilcox.test.
const BEFORE = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const DEPRESSION = BEFORE.map((score, patient) => score - AFTER[patient]);

const TIED = [0.03, 0.05, 0.01, -0.02, 0.04, 0.06, 0.02, 0.07, 0.015, 0.025];
const ALL_UP = Array.from({ length: 100 }, (_, scan) => (50 + (scan % 7)) / 1000);
const MIXED = Array.from({ length: 60 }, (_, scan) => ((((scan + 1) * 37) % 101) - 40) / 1000);

function closeTo(value: number | undefined, expected: number): void {
  expect(Math.abs((value ?? Number.NaN) / expected - 1)).toBeLessThan(1e-9);
}

describe("paired t-test", () => {
  it("R's t.test(extra ~ group, paired): t = -4.0621, df = 9, p = 0.002833", () => {
    const test = pairedTTest(SLEEP);
    expect(test?.statistic).toBeCloseTo(-4.0621, 4);
    expect(test?.p).toBeCloseTo(0.002833, 6);
  });

  it("scipy 1.17.1, stats.ttest_1samp(gains, 0), far into the tail", () => {
    closeTo(pairedTTest(SLEEP)?.p, 0.002832890197384273);
    closeTo(pairedTTest(DEPRESSION)?.p, 0.016176627434908088);
    closeTo(pairedTTest(TIED)?.p, 0.005748311024985399);
    closeTo(pairedTTest(MIXED)?.p, 0.004584040993116016);
    closeTo(pairedTTest(ALL_UP)?.p, 1.842212354355485e-142);
  });

  it("is two-sided", () => {
    expect(pairedTTest(SLEEP.map((gain) => -gain))?.p).toBe(pairedTTest(SLEEP)?.p);
    expect(pairedTTest([-0.1, 0.1])?.p).toBe(1);
  });

  it("is not defined for one gain, for none, and for equal ones, equal but for rounding included", () => {
    for (const gains of [[], [0.1], [0.1, 0.1, 0.1], [0, 0], [0.8 - 0.7, 0.9 - 0.8]]) {
      expect(pairedTTest(gains)).toBeNull();
    }
  });
});

describe("signed-rank test", () => {
  it("R's wilcox.test of the depression scores: exact, one-sided p = 0.01953, two-sided twice that", () => {
    expect(signedRankTest(DEPRESSION)).toMatchObject({ statistic: 5, n: 9 });
    closeTo(signedRankTest(DEPRESSION)?.p, 0.0390625);
  });

  it("scipy 1.17.1, stats.wilcoxon(gains, method='asymptotic'): ties, zeros, many gains, far into the tail", () => {
    expect(signedRankTest(TIED)).toMatchObject({ statistic: 3.5, n: 10 });
    closeTo(signedRankTest(TIED)?.p, 0.014369289443602927);
    expect(signedRankTest([...TIED, 0, 0])).toEqual(signedRankTest(TIED));
    expect(signedRankTest(MIXED)?.statistic).toBe(535.5);
    closeTo(signedRankTest(MIXED)?.p, 0.00833714647154324);
    closeTo(signedRankTest(ALL_UP)?.p, 3.2143178272672776e-18);
  });

  it("exact p values are shares of all signs", () => {
    const gains = [0.1, -0.2, 0.3, 0.4, 0.5, 0.6];
    let asFar = 0;
    for (let signs = 0; signs < 64; signs++) {
      const up = gains.reduce((sum, _, rank) => sum + ((signs >> rank) & 1) * (rank + 1), 0);
      if (Math.min(up, 21 - up) <= 2) asFar += 1;
    }
    expect(signedRankTest(gains)?.p).toBeCloseTo(asFar / 64, 12);
  });

  it("one gain says nothing; none, or zeros alone, cannot be tested", () => {
    expect(signedRankTest([0.1])?.p).toBe(1);
    expect(signedRankTest([])).toBeNull();
    expect(signedRankTest([0, 0, 1e-17])).toBeNull();
  });

  it("equal gains are ties", () => {
    expect(signedRankTest([0.1, 0.1, 0.1, 0.1])?.statistic).toBe(0);
    expect(signedRankTest([0.8 - 0.7, 0.9 - 0.8])).toEqual(signedRankTest([0.1, 0.1]));
  });
});
