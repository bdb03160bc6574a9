import { InputError } from "../errors.ts";
import { labelRegions } from "./label-regions.ts";
import { maskInBox } from "./mask.ts";
import { dice, volumeSimilarity } from "./overlap.ts";
import { assd, hausdorffDistance, surfaceDice, surfaceDistances } from "./surface-distance.ts";
import type { SurfaceConvention } from "./surface-points.ts";

/** What is measured of one label; each is a number where it is defined and null where it is not. */
export const METRICS = ["dice", "hd95Mm", "assdMm", "surfaceDice1mm", "volumeSimilarity"] as const;
export type MetricName = (typeof METRICS)[number];

/** `missed`: in the truth alone; `spurious`: in the prediction alone; `absent`: in neither. */
export type Found = "found" | "missed" | "spurious" | "absent";

/**
 * How well one label of one scan was found. Missed and spurious labels score 0 where a metric can say so, and their
 * distances are null; of an absent label all are null. `found` tells why, and reports count it: nothing is dropped.
 */
export interface LabelMetrics extends Readonly<Record<MetricName, number | null>> {
  readonly label: number;
  readonly found: Found;
}

/** How well the labels of one scan were found. */
export interface CaseMetrics {
  readonly labels: readonly LabelMetrics[];
  /** Mean over the labels for which a metric is defined, background left out; null where it is for none. */
  readonly mean: Readonly<Record<MetricName, number | null>>;
}

export interface CaseOptions {
  readonly dims: readonly number[];
  readonly spacingMm: readonly number[];
  /** Label values to score, without background. */
  readonly labels: readonly number[];
  /** Where surfaces are taken to lie, `voxel-center` unless told. */
  readonly surface?: SurfaceConvention;
}

/** Tolerance of surface Dice. */
const TOLERANCE_MM = 1;

/**
 * Scores predicted labels against the true ones, label by label. Both are label values on one grid, i fastest.
 * @throws InputError where they differ in size.
 */
export function caseMetrics(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  { dims, spacingMm, labels, surface = "voxel-center" }: CaseOptions,
): CaseMetrics {
  const voxels = dims.reduce((a, b) => a * b, 1);
  if (prediction.length !== voxels || truth.length !== voxels) {
    throw new InputError({
      subject: "prediction and truth",
      expected: `label maps of ${dims.join(" x ")} voxels`,
      got: `${prediction.length} and ${truth.length} voxels`,
      todo: "Bring the prediction onto the grid of the true labels.",
    });
  }
  // An axis of one voxel is no axis: the labels of a slice are contours in its plane.
  const axes = dims.flatMap((size, axis) => (size > 1 || dims.length === 2 ? [axis] : []));
  const grid = axes.length === 2 ? { dims: at(dims, axes), spacingMm: at(spacingMm, axes) } : { dims, spacingMm };
  const measured = labelRegions(prediction, truth, grid.dims, labels).map((region): LabelMetrics => {
    const { label, counts, box } = region;
    const predicted = counts.truePositives + counts.falsePositives > 0;
    const real = counts.truePositives + counts.falseNegatives > 0;
    if (box === undefined) return { label, found: "absent", ...UNDEFINED };
    if (!predicted || !real) return { label, found: real ? "missed" : "spurious", ...ZERO };
    const [one, other] = [prediction, truth].map((values) => maskInBox(values, grid, box, label));
    const distances = surfaceDistances(one, other, { convention: surface });
    return {
      label,
      found: "found",
      dice: dice(counts),
      hd95Mm: hausdorffDistance(distances, { percentile: 95 }),
      assdMm: assd(distances),
      surfaceDice1mm: surfaceDice(distances, TOLERANCE_MM),
      volumeSimilarity: volumeSimilarity(counts),
    };
  });
  return { labels: measured, mean: meanOf(measured) };
}

const UNDEFINED = { dice: null, hd95Mm: null, assdMm: null, surfaceDice1mm: null, volumeSimilarity: null };
const ZERO = { dice: 0, hd95Mm: null, assdMm: null, surfaceDice1mm: 0, volumeSimilarity: 0 };

function at(values: readonly number[], axes: readonly number[]): number[] {
  return axes.map((axis) => values[axis]);
}

function meanOf(labels: readonly LabelMetrics[]): Record<MetricName, number | null> {
  const mean = (metric: MetricName): number | null => {
    const defined = labels.map((label) => label[metric]).filter((value) => value !== null);
    return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
  };
  return {
    dice: mean("dice"),
    hd95Mm: mean("hd95Mm"),
    assdMm: mean("assdMm"),
    surfaceDice1mm: mean("surfaceDice1mm"),
    volumeSimilarity: mean("volumeSimilarity"),
  };
}
