import { createRandom } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { type MadeUpDice, madeUpLabel } from "../../test-support/made-up-metrics.ts";
import { madeUpResults, TWO_LABELS } from "../../test-support/made-up-results.ts";
import type { ArmResults, ComparisonResults } from "../compare/results.ts";
import { holm } from "../evaluate/holm.ts";
import type { MethodCases } from "../evaluate/summary.ts";
import { comparisonStatistics } from "./comparison-statistics.ts";
import { comparisonTable } from "./comparison-table.ts";
import { gapShare } from "./gap-share.ts";

const random = (): (() => number) => createRandom(5, "bootstrap").uniform;

/** Scans a, b, c, ... with the Dice of labels 1, 2, ... each. */
function cases(...scans: readonly (readonly MadeUpDice[])[]): MethodCases["cases"] {
  // Not what follows from the labels: the statistics must go by the labels alone.
  const mean = { dice: 0.123, hd95Mm: null, assdMm: null, surfaceDice1mm: null, volumeSimilarity: null };
  return scans.map((labels, scan) => ({
    id: "abcdefgh"[scan],
    metrics: { labels: labels.map((dice, index) => madeUpLabel(index + 1, dice, { hd95Mm: 1 })), mean },
  }));
}

function arm(name: string, labeledScans: number, seeds: Readonly<Record<number, MethodCases["cases"]>>): ArmResults {
  const runs = Object.entries(seeds).map(([seed, scored]) => ({
    ...{ seed: Number(seed), cases: scored, curve: [], seconds: { train: 1, label: 1 } },
  }));
  return { name, title: name, meaning: name, labeledScans, steps: 0, runs };
}

function results(...arms: readonly ArmResults[]): ComparisonResults {
  return { ...madeUpResults({ labels: TWO_LABELS, scans: 1, seeds: [1], training: 3, arms: [] }), arms };
}

function rowOf(name: string, of: ComparisonResults): ReturnType<typeof comparisonStatistics>["rows"][number] {
  const row = comparisonStatistics(of, random()).rows.find((one) => one.arm.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
}

describe("one arm", () => {
  it("sd over scans, and over scans and labels together; a miss is Dice 0 and counted, an absent label in no mean", () => {
    const row = rowOf("sas", results(arm("sas", 1, { 1: cases([0.8, 0.6], [0.4, "missed"], [0.9, "absent"]) })));
    expect(row.dice.mean).toBeCloseTo((0.7 + 0.2 + 0.9) / 3, 12);
    expect(row.diceOverLabels).toMatchObject({ n: 5 });
    expect(row.diceOverLabels.mean).toBeCloseTo(2.7 / 5, 12);
    expect(row.counts).toEqual({ found: 4, missed: 1, spurious: 0, absent: 1 });
    expect(row.hd95Mm).toEqual({ mean: 1, sd: 0, n: 3 });
    expect(row.sdOverSeeds).toBeNull();
  });

  it("seeds are averaged scan by scan; their spread is that of their means", () => {
    const row = rowOf(
      "sas",
      results(arm("sas", 1, { 1: cases([0.8, 0.8], [0.6, 0.6]), 2: cases([0.6, 0.6], [0.6, 0.6]) })),
    );
    expect(row.dice).toMatchObject({ n: 2 });
    expect(row.dice.mean).toBeCloseTo(0.65, 12);
    expect(row.sdOverSeeds).toBeCloseTo(0.1 / Math.SQRT2, 12);
  });
});

describe("gain over SAS", () => {
  it("is over the seeds and scans that both have", () => {
    const sas = arm("sas", 1, { 1: cases([0.5, 0.5], [0.6, 0.6], [0.7, 0.7]), 2: cases([0, 0], [0, 0], [0, 0]) });
    const better = arm("independent", 1, { 1: cases([0.6, 0.6], [0.8, 0.8]) });
    const { gain } = rowOf("independent", results(sas, better));
    expect(gain).toMatchObject({ n: 2, seeds: [1], better: 2 });
    expect(gain?.mean).toBeCloseTo(0.15, 12);
    expect(gain?.scans.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("is between means over each one's own seeds where none is shared, and a note says so", () => {
    const of = results(
      arm("sas", 1, { 0: cases([0.5, 0.5]) }),
      arm("independent", 1, { 1: cases([0.6, 0.6]), 2: cases([0.8, 0.8]) }),
    );
    const { gain } = rowOf("independent", of);
    expect(gain?.mean).toBeCloseTo(0.2, 12);
    expect(gain?.seeds).toEqual([]);
    expect(gain?.tTest).toBeNull();
    expect(comparisonStatistics(of, random()).notes.join(" ")).toContain("No seed in common with SAS: independent");
  });

  it("p values are Holm's over all arms, and null where no test can be made", () => {
    const { rows } = comparisonStatistics(
      madeUpResults({ labels: TWO_LABELS, scans: 12, seeds: [1, 2], training: 20 }),
      random(),
    );
    const tests = rows.flatMap(({ gain }) => gain?.tTest ?? []);
    expect(tests).toHaveLength(12);
    expect(tests.map(({ holmP }) => holmP)).toEqual(holm(tests.map(({ p }) => p)));
    for (const { p, holmP } of tests) expect(holmP).toBeGreaterThanOrEqual(p);
  });
});

it("a supervised arm that is not above SAS says that the segmenters were trained too little, in the terminal too", () => {
  const sas = arm("sas", 1, { 1: cases([0.8, 0.6], [0.6, 0.6]) });
  const bound = (dice: number): ArmResults => ({
    ...arm("supervised", 3, { 1: cases([dice, dice], [dice, dice]) }),
    steps: 150,
  });
  const weak = comparisonStatistics(results(sas, bound(0.2)), random());
  const words = "Supervised, which saw every label, is not above SAS: 150 steps are too few";
  expect(weak.untrained).toContain(words);
  expect(comparisonTable(weak)).toContain(`\nnote: ${words}`);
  expect(comparisonStatistics(results(sas, bound(0.9)), random()).untrained).toBeNull();
  expect(comparisonStatistics(results(sas), random()).untrained).toBeNull();
});

describe("labels", () => {
  it("those that the atlas lacks are in no mean; those in no scan have an empty row and a note", () => {
    const own = results(arm("sas", 1, { 1: cases([0.8, 0.2, "absent"], [0.6, 0.2, "absent"]) }));
    const of = {
      ...own,
      dataset: { ...own.dataset, labels: { "1": "one", "2": "two", "3": "three" } },
      labelsNotInAtlas: [{ label: 2, scans: 2 }],
    };
    const { rows, labels, notes } = comparisonStatistics(of, random());
    expect(rows[0].dice.mean).toBeCloseTo(0.7, 12);
    expect(labels.map(({ label }) => label)).toEqual([1, 3]);
    expect(labels[1].dice.get("sas")).toEqual({ mean: null, sd: null, n: 0 });
    expect(notes).toContain(
      "The atlas lacks labels that test scans have; they are in no mean here: two (2) in 2 scans.",
    );
    expect(notes).toContain("In no test scan: three (3). They are in no mean.");
  });
});

describe("share of the gap", () => {
  it("is the way from the floor to the ceiling, with the interval of resampled scans", () => {
    const found = gapShare(
      [0.1, 0.2, 0.3, 0.4].map((low) => [low, low + 0.05, low + 0.1] as const),
      random(),
    );
    expect(found?.share).toBeCloseTo(0.5, 12);
    expect(found?.low).toBeCloseTo(0.5, 9);
    expect(found?.high).toBeCloseTo(0.5, 9);
  });

  it("is not known without a gap, and has no interval where the gap may be none", () => {
    expect(gapShare([[0.5, 0.6, 0.5]], random())).toBeNull();
    expect(gapShare([], random())).toBeNull();
    expect(
      gapShare(
        [
          [0.5, 0.6, 0.9],
          [0.9, 0.9, 0.6],
        ],
        random(),
      ),
    ).toMatchObject({ low: null, high: null, n: 2 });
  });

  it("is null for SAS and supervised, and for all where either is missing", () => {
    const sas = arm("sas", 1, { 1: cases([0.5], [0.6]) });
    const own = arm("independent", 1, { 1: cases([0.6], [0.7]) });
    const supervised = arm("supervised", 9, { 1: cases([0.9], [0.8]) });
    expect(rowOf("independent", results(sas, own, supervised)).gapShare?.share).toBeCloseTo(1 / 3, 9);
    expect(rowOf("supervised", results(sas, own, supervised)).gapShare).toBeNull();
    expect(rowOf("independent", results(sas, own)).gapShare).toBeNull();
    expect(rowOf("independent", results(own, supervised)).gain).toBeNull();
  });
});

describe("the paper's order", () => {
  const [low, middle, high] = [0.5, 0.6, 0.7].map((dice) => ({ 1: cases([dice, dice], [dice, dice]) }));

  it("holds, or does not, or cannot be said", () => {
    const all = results(arm("sas", 1, low), arm("independent", 1, middle), arm("supervised", 9, high));
    expect(comparisonStatistics(all, random()).order).toMatchObject({ holds: true, missing: ["independent+rand-aug"] });
    const turned = results(arm("sas", 1, middle), arm("independent", 1, low));
    expect(comparisonStatistics(turned, random()).order.holds).toBe(false);
    expect(comparisonStatistics(results(arm("sas", 1, low)), random()).order.holds).toBeNull();
  });

  it("the best arm is the best of those with one labeled scan", () => {
    const of = results(arm("sas", 1, low), arm("independent", 1, middle), arm("supervised", 9, high));
    expect(comparisonStatistics(of, random()).bestOneLabel?.arm.name).toBe("independent");
  });
});

describe("Holm", () => {
  it("R's p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') is 0.03 0.06 0.06 0.02; tests not made do not count", () => {
    const expected = [0.03, 0.06, null, 0.06, 0.02];
    for (const [index, p] of holm([0.01, 0.04, null, 0.03, 0.005]).entries()) {
      if (expected[index] === null) expect(p).toBeNull();
      else expect(p).toBeCloseTo(expected[index] ?? Number.NaN, 12);
    }
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});
