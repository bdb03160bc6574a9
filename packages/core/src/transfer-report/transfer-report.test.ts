import { expect, test } from "vitest";
import { madeUpTransferResults } from "../../test-support/made-up-transfer-results.ts";
import type { TransferComparisonResults } from "../transfer-comparison/results.ts";
import { answerSentences } from "./answer-text.ts";
import { PUBLISHED } from "./sections/published.ts";
import { transferCsv } from "./transfer-csv.ts";
import { transferReport } from "./transfer-report.ts";
import { transferStatistics } from "./transfer-statistics.ts";
import { transferTable, transferValue } from "./transfer-table.ts";

/** The same results with every score of an arm moved. */
function moved(results: TransferComparisonResults, name: string, by: number): TransferComparisonResults {
  const targets = results.targets.map((target) => ({
    ...target,
    cells: target.cells.map((cell) => ({
      ...cell,
      runs: cell.runs.map(({ segmented = [], ...run }) => ({
        ...run,
        segmented: segmented.map((one) => (cell.arm === name ? { ...one, meanDice: one.meanDice + by } : one)),
      })),
    })),
  }));
  return { ...results, targets };
}

const sentences = (results: TransferComparisonResults): readonly string[] =>
  answerSentences(results, transferStatistics(results, 1));

test.each([
  [
    0.3,
    /^Yes, pretraining on examples synthesized from one atlas a domain helps: with 5 labeled cases it ends 0\.\d+ above training from scratch in mean Dice \(95\s% interval \+0\.\d+ to \+0\.\d+\), mean over 2 targets\.$/,
  ],
  [
    -0.3,
    /^No, .* does harm: with 5 labeled cases it ends 0\.\d+ below training from scratch in mean Dice \(95\s% interval −0\.\d+ to −0\.\d+\)/,
  ],
])("the first sentence answers the question, with the interval, whatever the answer is: %s", (by, wanted) => {
  const results = madeUpTransferResults({
    targets: ["hippocampus", "spine"],
    arms: ["scratch", "independent"],
    seeds: [1],
  });
  const same = moved(results, "independent", 0);
  expect(sentences(same)[0]).toMatch(/synthesized from one atlas a domain/);
  expect(sentences(moved(results, "independent", by))[0]).toMatch(wanted);
});

test("where the interval contains 0 the answer is that it is not established", () => {
  const results = madeUpTransferResults({ targets: ["spine"], arms: ["scratch", "independent"] });
  const [target] = results.targets;
  const scratch = target.cells.filter(({ arm }) => arm === "scratch");
  // The arm is scratch, every second case better, every other one worse.
  const independent = scratch.map((cell) => ({
    ...cell,
    arm: "independent",
    runs: cell.runs.map(({ segmented = [], ...run }) => ({
      ...run,
      segmented: segmented.map((one, index) => ({ ...one, meanDice: one.meanDice + (index % 2 === 0 ? 0.02 : -0.02) })),
    })),
  }));
  const even = { ...results, targets: [{ ...target, cells: [...scratch, ...independent] }] };
  expect(sentences(even)[0]).toMatch(/^It is not established that .* helps: with 5 labeled cases it differs/);
});

test("the page loads nothing, runs nothing, escapes what comes from the results, and has every published row", () => {
  const results = madeUpTransferResults({ targets: ["spine", "nodules"], arms: ["scratch", "video", "domains"] });
  const foreign = { ...results, notes: ["<script>alert(1)</script> & more"], command: 'compare "<b>"' };
  const page = transferReport(foreign, transferStatistics(foreign, 1));
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  expect(page).not.toMatch(/(src|href)="https?:/);
  expect(PUBLISHED.map(({ rows }) => rows.length)).toEqual([7, 7, 4]);
  for (const [depth, scratch, pretrained] of PUBLISHED.flatMap(({ rows }) => rows)) {
    expect(page).toContain(`ResNet-${depth}</th><td>${scratch.toFixed(2)}</td><td>${pretrained.toFixed(2)}</td>`);
  }
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  const [first] = sentences(foreign);
  expect(page.indexOf(first)).toBeGreaterThan(0);
  expect(page.indexOf(first)).toBeLessThan(page.indexOf("<table"));
});

test("nothing finished yet is said, not hidden", () => {
  const results = madeUpTransferResults({ targets: [] });
  expect(sentences(results)).toEqual(["Nothing is answered yet: no fine-tuning is finished."]);
  const page = transferReport(results, transferStatistics(results, 1));
  expect(page).toContain("Nothing is answered yet");
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test("the CSV has a row for each fine-tuning and test case, with the classes' names and probabilities", () => {
  const results = madeUpTransferResults({ targets: ["adrenal", "spine"], arms: ["scratch"], seeds: [1] });
  const lines = transferCsv(results).trimEnd().split(/\r?\n/);
  const runs = results.targets.map(({ cells }) => cells.reduce((sum, cell) => sum + cell.runs.length, 0));
  expect(lines).toHaveLength(1 + runs[0] * 60 + runs[1] * 8);
  const [header, first] = lines.map((line) => line.split(","));
  const at = (name: string): string => first[header.indexOf(name)];
  expect([at("target"), at("arm"), at("labeled"), at("class")]).toEqual(["adrenal", "scratch", "2", "mass"]);
  expect(
    at("probabilities")
      .split(" ")
      .map(Number)
      .reduce((sum, value) => sum + value, 0),
  ).toBeCloseTo(1, 5);
});

test("the terminal has the answer first and a line for each cell; programs get the same numbers", () => {
  const results = madeUpTransferResults({ targets: ["spine"], arms: ["scratch", "domains"] });
  const statistics = transferStatistics(results, 1);
  const lines = transferTable(results, statistics).split("\n");
  expect(lines[0]).toMatch(/^Pretraining on the real labels of all domains \(Med3D\) is above training from scratch/);
  expect(lines.filter((line) => line.startsWith("spine "))).toHaveLength(3 * 2);
  const value = transferValue(results, statistics);
  expect(value).toMatchObject({
    labeled: 5,
    cells: expect.arrayContaining([expect.objectContaining({ arm: "domains", labeled: 12, seeds: [1, 2, 3] })]),
  });
});
