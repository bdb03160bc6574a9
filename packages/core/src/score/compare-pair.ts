import { type CaseMetrics, caseMetrics } from "../evaluate/case-metrics.ts";
import { spacingMm } from "../volume/affine.ts";
import { assertSameGrid } from "../volume/grid.ts";
import type { LabelMap } from "../volume/volume.ts";

/** Scores a predicted label map against the true one; both must lie on one grid, distances are in its millimeters. */
export function comparePair(pair: {
  readonly id: string;
  readonly prediction: LabelMap;
  readonly truth: LabelMap;
  /** Label values that are scored, without background. */
  readonly labels: readonly number[];
}): CaseMetrics {
  const { id, prediction, truth, labels } = pair;
  assertSameGrid(truth, prediction, `the true labels of ${id}`, `the predicted labels of ${id}`);
  const { dims, affine } = truth;
  return caseMetrics(prediction.data, truth.data, { dims, spacingMm: spacingMm(affine), labels });
}
