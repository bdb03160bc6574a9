import { expect, test } from "vitest";
import { madeUpTransferResults } from "../../test-support/made-up-transfer-results.ts";
import { areaUnderCurve } from "../transfer/classification-scores.ts";
import type { TransferCell, TransferRun, TransferTarget } from "../transfer-comparison/results.ts";
import { difference, shareOfGain } from "./contrast.ts";
import { convergenceRows } from "./convergence.ts";
import { countedArea } from "./counted-area.ts";
import { meanInterval, tQuantile } from "./mean-interval.ts";
import { transferStatistics } from "./transfer-statistics.ts";

const BASE: Omit<TransferTarget, "cells"> = {
  ...{ name: "spleen", task: "segmentation", classes: ["spleen"], folds: 1, leftOut: [] },
  cases: { training: 5, validation: 2, test: 4 },
};

function run(seed: number, dice: readonly number[], scores: readonly number[] = [], rate = 0.001): TransferRun {
  return {
    ...{ seed, fold: 0, learningRate: rate, step: 20, validation: 0.5, seconds: 1 },
    curve: scores.map((score, index) => ({ step: 10 * (index + 1), loss: 1, score })),
    segmented: dice.map((meanDice, index) => ({ id: `case_${index}`, meanDice })),
  };
}

function cell(arm: string, runs: readonly TransferRun[], labeled = 5): TransferCell {
  return { arm, labeled, isAll: false, learningRate: 0.001, runs };
}

test("a difference is paired by case after averaging over the seeds that both arms have", () => {
  const scratch = cell("scratch", [run(1, [0.5, 0.6, 0.7, 0.8]), run(2, [0.5, 0.6, 0.7, 0.8])]);
  // Seed 3 is the arm's alone, and the rate that was not chosen counts nowhere: neither may help it.
  const others = [run(3, [1, 1, 1, 1]), run(1, [1, 1, 1, 1], [], 0.003)];
  const arm = cell("domains", [run(1, [0.6, 0.7, 0.8, 0.9]), run(2, [0.7, 0.8, 0.9, 1]), ...others]);
  const target = { ...BASE, cells: [scratch, arm] };
  const gain = difference([{ target, cells: [arm, scratch] }], 1);
  expect(gain?.value).toBeCloseTo(0.15, 12);
  expect(gain?.n).toBe(4);
  expect(gain?.interval?.low).toBeCloseTo(0.15, 9); // every case gains alike, so no draw of cases changes it
  expect(gain?.interval?.high).toBeCloseTo(0.15, 9);
  expect(difference([{ target, cells: [arm, scratch] }], 1)).toEqual(gain);
});

test("cases that only one arm has scored are left out of a difference", () => {
  const scratch = cell("scratch", [run(1, [0.5, 0.5, 0.5])]);
  const arm = cell("domains", [run(1, [0.6, 0.6, 0.6, 0])]);
  expect(difference([{ target: { ...BASE, cells: [] }, cells: [arm, scratch] }], 1)).toMatchObject({ n: 3 });
});

test("the interval of a mean difference agrees with the normal one, and a single case has none", () => {
  const gains = Array.from({ length: 200 }, (_, index) => ((index * 37) % 101) / 1000 - 0.03);
  const scratch = cell("scratch", [
    run(
      1,
      gains.map(() => 0.5),
    ),
  ]);
  const arm = cell("domains", [
    run(
      1,
      gains.map((gain) => 0.5 + gain),
    ),
  ]);
  const found = difference([{ target: { ...BASE, cells: [] }, cells: [arm, scratch] }], 1);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const sd = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / gains.length);
  expect(found?.value).toBeCloseTo(mean, 12);
  expect(found?.interval?.low).toBeCloseTo(mean - (1.96 * sd) / Math.sqrt(200), 3);
  expect(found?.interval?.high).toBeCloseTo(mean + (1.96 * sd) / Math.sqrt(200), 3);
  const [one, other] = [cell("domains", [run(1, [0.6])]), cell("scratch", [run(1, [0.5])])];
  expect(difference([{ target: { ...BASE, cells: [] }, cells: [one, other] }], 1)).toMatchObject({ interval: null });
});

test("share of the gain: (arm - scratch) / (supervised - scratch), none where there is nothing to share", () => {
  const cells = (dice: number): TransferCell => cell("any", [run(1, [dice, dice + 0.1])]);
  const target = { ...BASE, cells: [] };
  expect(shareOfGain([{ target, cells: [cells(0.4), cells(0.5), cells(0.6)] }], 1)?.value).toBeCloseTo(0.5, 9);
  expect(shareOfGain([{ target, cells: [cells(0.4), cells(0.5), cells(0.4)] }], 1)).toBeNull();
});

test("the area of cases that count several times is that of the cases written out several times", () => {
  const predictions = [0.9, 0.4, 0.4, 0.7, 0.1, 0.4].map((score, place) => ({
    ...{ place, truth: place % 2 === 0 ? 1 : 0, probabilities: [1 - score, score] },
  }));
  const counts = [2, 1, 3, 0, 1, 2];
  const repeated = predictions.flatMap((one) => Array.from({ length: counts[one.place] }, () => ({ id: "", ...one })));
  expect(countedArea(predictions, 2)(counts)).toBeCloseTo(areaUnderCurve(repeated, 2) ?? Number.NaN, 12);
  expect(countedArea(predictions, 2)([1, 0, 1, 0, 1, 0])).toBeNaN(); // one class alone
});

test("times faster: steps of scratch over steps of the arm, geometric mean, never counts as the last step", () => {
  const scratch = cell("scratch", [run(1, [0.5], [0.1, 0.2, 0.3, 0.4]), run(2, [0.5], [0.1, 0.2, 0.3, 0.4])]);
  const arm = cell("domains", [run(1, [0.5], [0.4, 0.5, 0.5, 0.5]), run(2, [0.5], [0.1, 0.1, 0.1, 0.1])]);
  const target = { ...BASE, cells: [scratch, arm] };
  const arms = madeUpTransferResults().arms.filter(({ name }) => ["scratch", "domains"].includes(name));
  const [own, domains] = convergenceRows([target], arms, 5);
  expect(own.goals[1].ratio?.mean).toBeCloseTo(1, 12);
  expect(domains.goals[1]).toMatchObject({
    never: 1,
    seeds: [
      { own: 10, scratch: 40 },
      { own: null, scratch: 40 },
    ],
  });
  expect(domains.goals[1].ratio?.mean).toBeCloseTo(Math.sqrt(4 * 1), 12);
});

test("Student's quantiles are those of the tables", () => {
  for (const [degrees, wanted] of [
    [1, 12.706],
    [2, 4.303],
    [10, 2.228],
  ])
    expect(tQuantile(0.975, degrees)).toBeCloseTo(wanted, 3);
  expect(meanInterval([1, 2, 3])).toMatchObject({
    mean: 2,
    interval: { low: expect.closeTo(2 - 4.303 / Math.sqrt(3), 3) },
  });
  expect(meanInterval([1, 3])).toEqual({ mean: 2, interval: null });
  expect(meanInterval([1])).toEqual({ mean: 1, interval: null });
  expect(meanInterval([])).toBeNull();
});

test("an arm that is not finished has a row with nothing in it, and a note names it", () => {
  const results = madeUpTransferResults({ targets: ["spine"], arms: ["scratch", "domains"] });
  const [spine] = results.targets;
  const without = { ...spine, cells: spine.cells.filter(({ arm, labeled }) => arm !== "domains" || labeled !== 5) };
  const statistics = transferStatistics({ ...results, targets: [without] }, 1);
  const row = statistics.targets[0].rows.find(({ arm, labeled }) => arm.name === "domains" && labeled === 5);
  expect(row).toMatchObject({ cell: null, score: null, overScratch: null });
  expect(statistics.notes.join("\n")).toMatch(/domains \(Med3D\).*5/);
});
