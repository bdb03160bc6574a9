import type { Dims } from "../volume/volume.ts";
import type { Spacing } from "./distance-transform.ts";
import { countOverlap, diceOf, volumeSimilarityOf } from "./overlap.ts";
import { averageSymmetricDistance, hausdorff, surfaceDice, surfaceDistances } from "./surface-distance.ts";

export type Found = "found" | "missed" | "spurious" | "absent";

/** One label of one case. Distances are null where one of the two structures is empty: counted, never dropped unseen. */
export interface LabelMetrics {
  readonly label: number;
  /** missed: in the truth only; spurious: in the prediction only; absent: in neither. */
  readonly found: Found;
  /** 0 where missed or spurious, null where absent. */
  readonly dice: number | null;
  readonly volumeSimilarity: number | null;
  readonly surfaceDice1mm: number | null;
  readonly hd95Mm: number | null;
  readonly assdMm: number | null;
}

export interface CaseMetrics {
  readonly labels: readonly LabelMetrics[];
  /** Over the labels that the truth or the prediction has; null where there are none. Background never counts. */
  readonly meanDice: number | null;
}

export interface CaseGrid {
  readonly dims: Dims;
  readonly spacingMm: Spacing;
  readonly labels: readonly number[];
}

/** Scores one prediction against the truth, both as label arrays of one grid. */
export function caseMetrics(prediction: ArrayLike<number>, truth: ArrayLike<number>, grid: CaseGrid): CaseMetrics {
  const labels = grid.labels.map((label) => labelMetrics(prediction, truth, label, grid));
  const scores = labels.flatMap(({ dice }) => (dice === null ? [] : [dice]));
  return { labels, meanDice: scores.length === 0 ? null : scores.reduce((sum, dice) => sum + dice, 0) / scores.length };
}

function labelMetrics(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  label: number,
  { dims, spacingMm }: CaseGrid,
): LabelMetrics {
  const counts = countOverlap(prediction, truth, label);
  const distances = { hd95Mm: null, assdMm: null };
  if (counts.first === 0 && counts.second === 0) {
    return { label, found: "absent", dice: null, volumeSimilarity: null, surfaceDice1mm: null, ...distances };
  }
  if (counts.first === 0 || counts.second === 0) {
    const found = counts.first === 0 ? "missed" : "spurious";
    return { label, found, dice: 0, volumeSimilarity: 0, surfaceDice1mm: 0, ...distances };
  }
  const surfaces = surfaceDistances(maskOf(prediction, label), maskOf(truth, label), dims, spacingMm);
  return {
    label,
    found: "found",
    dice: diceOf(counts),
    volumeSimilarity: volumeSimilarityOf(counts),
    surfaceDice1mm: surfaceDice(surfaces, 1),
    hd95Mm: hausdorff(surfaces, 95),
    assdMm: averageSymmetricDistance(surfaces),
  };
}

function maskOf(values: ArrayLike<number>, label: number): Uint8Array {
  return Uint8Array.from(values, (value) => (value === label ? 1 : 0));
}
