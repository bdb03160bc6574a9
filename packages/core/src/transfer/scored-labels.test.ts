import { expect, it } from "vitest";
import type { DomainPlan } from "../domains/plan.ts";
import { identityAffine } from "../volume/affine.ts";
import type { LabelMap } from "../volume/volume.ts";
import { describeUnseen, inTermsOfPlan, scoredLabels, unseenLabels } from "./scored-labels.ts";

const plan: DomainPlan = {
  name: "set",
  spacingMm: [1, 1, 1],
  clipPercentiles: [0.5, 99.5],
  labels: {
    3: { name: "left", class: 1 },
    8: { name: "right", class: 1 },
    9: { name: "ignore", class: -1 },
    2: { name: "tail", class: -1 },
  },
  training: ["a"],
  validation: [],
};

function labels(...data: readonly number[]): LabelMap {
  return { kind: "labels", dims: [data.length, 1, 1], affine: identityAffine(), data: Int32Array.from(data) };
}

it("joined labels are one, unlabeled voxels count nowhere, labels without an example stay to be missed", () => {
  const pair = { truth: labels(0, 3, 8, 9, 2, 5), prediction: labels(3, 3, 3, 3, 3, 3) };
  const { truth, prediction } = inTermsOfPlan(plan, [2], pair);
  expect([...truth.data]).toEqual([0, 3, 3, 0, 2, 0]);
  expect([...prediction.data]).toEqual([3, 3, 3, 0, 3, 0]);
  expect(scoredLabels(plan, [2])).toEqual([2, 3]);
});

it("a label called ignore is not one without an example", () => {
  expect(unseenLabels(plan)).toEqual([2]);
});

it("says which labels have no example", () => {
  expect(describeUnseen(plan, [])).toBeUndefined();
  expect(describeUnseen(plan, [2])).toMatch(/^no labeled training case shows the label 2 tail: it is never predicted/);
  expect(describeUnseen(plan, [2, 7])).toMatch(/the labels 2 tail, 7: they are never predicted, and count as missed/);
});
