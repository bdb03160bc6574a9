import { describe, expect, it } from "vitest";
import { type MadeUpDice, madeUpCase, madeUpLabel } from "../../test-support/made-up-metrics.ts";
import { pairedGain } from "./paired-gain.ts";
import { evaluationReport, reportCsv } from "./report.ts";
import { reportTable } from "./report-table.ts";
import { type MethodCases, spread, summarize } from "./summary.ts";

/** A seeded uniform generator (mulberry32), as the callers pass one. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ROUND = { hd95Mm: 2, assdMm: 1, volumeSimilarity: 1 };

function scan(id: string, ...dice: readonly MadeUpDice[]): MethodCases["cases"][number] {
  const labels = dice.map((value, index) =>
    madeUpLabel(index + 1, value, typeof value === "number" ? { ...ROUND, surfaceDice1mm: value } : {}),
  );
  return { id, metrics: madeUpCase(labels) };
}

const segmenter: MethodCases = {
  method: "segmenter",
  cases: [scan("a", 0.9, 0.8), scan("b", 0.8, "missed")],
};
const sas: MethodCases = {
  method: "single-atlas",
  cases: [scan("a", 0.7, 0.6), scan("b", 0.5, 0.3)],
};

describe("summary", () => {
  it("mean and sample deviation of what is defined", () => {
    expect(spread([1, 3, null])).toEqual({ mean: 2, sd: Math.SQRT2, n: 2 });
    expect(spread([null])).toEqual({ mean: null, sd: null, n: 0 });
    expect(spread([5])).toEqual({ mean: 5, sd: null, n: 1 });
  });

  it("a miss lowers the Dice and is counted; its distance is not averaged", () => {
    const [, second] = summarize(segmenter).labels;
    expect(second.dice.mean).toBeCloseTo(0.4, 12);
    expect(second.hd95Mm).toEqual({ mean: 2, sd: null, n: 1 });
    expect(second.counts).toEqual({ found: 1, missed: 1, spurious: 0, absent: 0 });
  });
});

describe("paired gain", () => {
  it("has the interval of the normal distribution for many pairs", () => {
    const random = seeded(3);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const theirs = Array.from({ length: 400 }, () => random());
    const ours = theirs.map((value) => value + 0.1 + 0.2 * normal());
    const { mean, low, high } = pairedGain(ours, theirs, seeded(4));
    const { sd } = spread(ours.map((value, index) => value - theirs[index]));
    const half = (1.96 * (sd ?? 0)) / Math.sqrt(400);
    expect(Math.abs(low - (mean - half))).toBeLessThan(0.1 * half);
    expect(Math.abs(high - (mean + half))).toBeLessThan(0.1 * half);
  });

  it("is the same for the same seed, and NaN without pairs", () => {
    const once = pairedGain([0.5, 0.7, 0.9], [0.4, 0.7, 0.6], seeded(1));
    expect(pairedGain([0.5, 0.7, 0.9], [0.4, 0.7, 0.6], seeded(1))).toEqual(once);
    expect(once.mean).toBeCloseTo(0.4 / 3, 12);
    expect(pairedGain([], [], seeded(1))).toEqual({ mean: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 });
  });
});

describe("report", () => {
  const report = evaluationReport([segmenter, sas], { "1": "hippocampus, anterior", "2": "posterior" }, seeded(1));

  it("pairs scans by id and survives JSON", () => {
    expect(report.gains[0]).toMatchObject({ over: "single-atlas", n: 2 });
    expect(report.gains[0].mean).toBeCloseTo((0.2 + 0) / 2, 12);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("one row of CSV for each method, scan and label; names are quoted, missing values empty", () => {
    const lines = reportCsv(report).trimEnd().split("\n");
    expect(lines[0]).toBe("method,scan,label,name,found,dice,hd95Mm,assdMm,surfaceDice1mm,volumeSimilarity");
    expect(lines).toHaveLength(9);
    expect(lines[1]).toBe('segmenter,a,1,"hippocampus, anterior",found,0.900000,2.000000,1.000000,0.900000,1.000000');
    expect(lines[4]).toBe("segmenter,b,2,posterior,missed,0.000000,,,0.000000,0.000000");
  });

  it("a table with the methods side by side, misses said in words", () => {
    const lines = reportTable(report).split("\n");
    expect(lines[0]).toMatch(/^ +segmenter \(2 scans\) +single-atlas \(2 scans\)$/);
    expect(lines[1]).toMatch(/^label +Dice +HD95 mm +surface Dice +missed +Dice +HD95 mm +surface Dice +missed$/);
    expect(lines[3]).toMatch(/^1 hippocampus, anterior +0\.850 ± 0\.071 +2\.00 ± 0\.00 .* 0 +0\.600 ± 0\.141 /);
    expect(lines[6]).toMatch(/^mean +0\.625 ± 0\.318 .* 1 +0\.525 ± 0\.177 .* 0$/);
    expect(new Set(lines.slice(1, 7).map(({ length }) => length)).size).toBe(1);
    expect(lines[7]).toBe("segmenter, scans and labels together: 1 missed (Dice 0, no distance).");
    expect(lines[lines.length - 1]).toMatch(
      /^segmenter - single-atlas: \+0\.100 Dice \(95 % interval \+0\.000 to \+0\.200, 2 scans\)$/,
    );
  });
});
