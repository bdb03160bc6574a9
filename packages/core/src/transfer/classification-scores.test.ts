import { createRandom } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { areaUnderCurve, type ClassPrediction, classificationScores } from "./classification-scores.ts";

const prediction = (truth: number, positive: number): ClassPrediction => ({
  ...{ id: `${truth}-${positive}`, truth, probabilities: [1 - positive, positive] },
});

/** The definition: all pairs of a positive and a negative case. */
function slowArea(predictions: readonly ClassPrediction[]): number {
  const [negatives, positives] = [0, 1].map((side) => predictions.filter(({ truth }) => truth === side));
  let wins = 0;
  for (const { probabilities: high } of positives)
    for (const { probabilities: low } of negatives) wins += high[1] > low[1] ? 1 : high[1] === low[1] ? 0.5 : 0;
  return wins / (positives.length * negatives.length);
}

describe("classification scores", () => {
  it("the area equals that of all pairs, with ties", () => {
    const random = createRandom(1, "area");
    const predictions = Array.from({ length: 60 }, () => prediction(random.integer(2), random.integer(7) / 7));
    expect(areaUnderCurve(predictions, 2)).toBeCloseTo(slowArea(predictions), 12);
  });

  it("perfect and opposite answers, and classes without cases", () => {
    const right = [prediction(0, 0.1), prediction(0, 0.2), prediction(1, 0.9)];
    const scores = classificationScores(right, 2, createRandom(1, "b").uniform);
    expect(scores.accuracy).toEqual({ value: 1, low: 1, high: 1 });
    expect(scores.auc?.value).toBe(1);
    expect(scores.confusion).toEqual([
      [2, 0],
      [0, 1],
    ]);
    const wrong = right.map(({ truth }) => prediction(truth, truth === 0 ? 0.9 : 0.1));
    expect(areaUnderCurve(wrong, 2)).toBe(0);
    const oneSided = classificationScores(right.slice(0, 2), 2, createRandom(1, "b").uniform);
    expect([oneSided.auc, oneSided.balancedAccuracy]).toEqual([null, null]);
  });

  it("balanced accuracy weighs classes alike; intervals hold the value", () => {
    const uneven = [...Array.from({ length: 9 }, () => prediction(0, 0.1)), prediction(1, 0.2), prediction(1, 0.8)];
    const { accuracy, balancedAccuracy } = classificationScores(uneven, 2, createRandom(1, "b").uniform);
    expect(accuracy.value).toBeCloseTo(10 / 11);
    expect(balancedAccuracy?.value).toBe(0.75);
    expect(accuracy.low).toBeLessThan(accuracy.value);
    expect(balancedAccuracy?.low).toBeGreaterThanOrEqual(0.5);
  });
});
