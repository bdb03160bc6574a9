import { expect, it } from "vitest";
import { chooseRate } from "./fine-tuning-result.ts";
import { jobMeter } from "./job-meter.ts";
import type { TransferRun } from "./results.ts";

const run = (learningRate: number, validation: number, more: Partial<TransferRun> = {}): TransferRun => ({
  ...{ seed: 1, fold: 0, learningRate, step: 1, validation, curve: [], seconds: 1 },
  ...more,
});
const sweep = { rates: [0.01, 0.001], seed: 1, folds: 1 };

it("validation of the first seed alone chooses the rate, the mean over folds; of equal ones the first", () => {
  const tests = (meanDice: number) => ({ segmented: [{ id: "t", meanDice }] });
  expect(chooseRate([run(0.01, 0.3, tests(0.9)), run(0.001, 0.4, tests(0.1))], sweep)).toBe(0.001);
  expect(chooseRate([run(0.01, 0.3), run(0.001, 0.4), run(0.01, 1, { seed: 2 })], sweep)).toBe(0.001);
  expect(chooseRate([run(0.001, 0.5), run(0.01, 0.5)], sweep)).toBe(0.01);
  const folds = [run(0.01, 0.9), run(0.01, 0.1, { fold: 1 }), run(0.001, 0.6), run(0.001, 0.6, { fold: 1 })];
  expect(chooseRate(folds, { ...sweep, folds: 2 })).toBe(0.001);
});

it("an incomplete sweep chooses nothing", () => {
  expect(chooseRate([run(0.01, 0.3)], sweep)).toBeUndefined();
  expect(chooseRate([run(0.01, 0.3), run(0.001, 0.4)], { ...sweep, folds: 2 })).toBeUndefined();
});

it("says which job of how many, and the time left at the pace of each target", () => {
  const meter = jobMeter(
    new Map([
      ["fast", 10],
      ["slow", 10],
    ]),
  );
  expect(meter.next(new Map())).toBe("1 of 20");
  meter.took("fast", 10);
  expect(meter.next(new Map([["fast", 1]]))).toBe("2 of 20; about 3 min left at this pace");
  meter.took("slow", 1000);
  expect(meter.next(new Map([["fast", 4]]))).toBe("5 of 20; about 2 h 48 min left at this pace");
});
