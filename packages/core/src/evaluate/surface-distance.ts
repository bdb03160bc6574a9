import { InputError } from "../errors.ts";
import { type DistanceMetric, distanceTransform } from "./distance-transform.ts";
import { assertComparable, type Mask, maskInBox, unionBox } from "./mask.ts";
import { type SurfaceConvention, surfacePoints } from "./surface-points.ts";

/** From every point of one surface to the nearest point of the other. */
export interface DirectedDistances {
  /** In mm (in voxels for the metrics that ignore the spacing), rising; Infinity where the other surface is empty. */
  readonly distances: Float64Array;
  /** What each distance counts: area of its surfel, or 1. */
  readonly weights: Float64Array;
}

/** Distances between two surfaces, both directions, by the named convention. */
export interface SurfaceDistances {
  readonly convention: SurfaceConvention;
  readonly predictionToTruth: DirectedDistances;
  readonly truthToPrediction: DirectedDistances;
}

export interface SurfaceOptions {
  readonly convention?: SurfaceConvention;
  readonly metric?: DistanceMetric;
}

/** Values of a distance where masks are empty: there is no true answer, and libraries differ. */
export interface EmptyValues {
  readonly oneEmpty: number;
  readonly bothEmpty: number;
}

/** What the libraries give; `monai` is the default here. Reports count such cases and never average these values. */
export const EMPTY_VALUES = {
  monai: { oneEmpty: Infinity, bothEmpty: Number.NaN },
  deepmind: { oneEmpty: Infinity, bothEmpty: Infinity },
  metricsReloaded: { oneEmpty: Number.NaN, bothEmpty: 0 },
} as const satisfies Record<string, EmptyValues>;

/**
 * Distances between the surfaces of two masks of one grid. Everything outside of the arrays counts as background.
 * @throws InputError where the masks do not fit together.
 */
export function surfaceDistances(prediction: Mask, truth: Mask, options: SurfaceOptions = {}): SurfaceDistances {
  const { convention = "voxel-center", metric = "euclidean" } = options;
  assertComparable(prediction, truth);
  const box = unionBox(prediction, truth);
  if (box === undefined) return { convention, predictionToTruth: NONE, truthToPrediction: NONE };
  const [one, other] = [prediction, truth].map((mask) => surfacePoints(maskInBox(mask.data, mask, box, 1), convention));
  const directed = (from: typeof one, to: typeof one): DirectedDistances => {
    const map = distanceTransform(to.lattice, to.points, metric);
    const order = from.points.map((point, index) => ({ distance: map[point], weight: from.weights[index] }));
    // Infinity - Infinity is NaN, which the || passes over as it does 0.
    order.sort((a, b) => a.distance - b.distance || a.weight - b.weight);
    return {
      distances: Float64Array.from(order, ({ distance }) => distance),
      weights: Float64Array.from(order, ({ weight }) => weight),
    };
  };
  return { convention, predictionToTruth: directed(one, other), truthToPrediction: directed(other, one) };
}

const NONE: DirectedDistances = { distances: new Float64Array(), weights: new Float64Array() };

/**
 * Hausdorff distance, or a percentile of it (95: HD95): the larger of the two directions' percentiles, or that of
 * prediction to truth alone where `directed`. Percentiles are interpolated between counted points (`voxel-center`),
 * or are the first distance at which that share of the area is reached (`surfel`).
 */
export function hausdorffDistance(
  distances: SurfaceDistances,
  options: { readonly percentile?: number; readonly directed?: boolean; readonly empty?: EmptyValues } = {},
): number {
  const { percentile = 100, directed = false, empty = EMPTY_VALUES.monai } = options;
  const { predictionToTruth, truthToPrediction, convention } = distances;
  const value = emptyValue(distances, empty);
  if (value !== undefined) return value;
  const quantile = convention === "surfel" ? quantileByArea : quantileByCount;
  const there = quantile(predictionToTruth, percentile / 100);
  return directed ? there : Math.max(there, quantile(truthToPrediction, percentile / 100));
}

/**
 * Mean distance of one direction, weighted by area where the convention has areas. Where its own surface is empty
 * there is nothing to average: `whenEmpty`, NaN as in surface-distance unless told (MONAI gives Infinity).
 */
export function averageSurfaceDistance(
  { distances, weights }: DirectedDistances,
  whenEmpty: number = Number.NaN,
): number {
  let [sum, weight] = [0, 0];
  for (let index = 0; index < distances.length; index++) {
    sum += distances[index] * weights[index];
    weight += weights[index];
  }
  return weight === 0 ? whenEmpty : sum / weight;
}

/** Average symmetric surface distance: the mean over the points of both surfaces together. */
export function assd(distances: SurfaceDistances, empty: EmptyValues = EMPTY_VALUES.monai): number {
  const { predictionToTruth, truthToPrediction } = distances;
  const [there, back] = [weightWithin(predictionToTruth), weightWithin(truthToPrediction)];
  const sum = there * averageSurfaceDistance(predictionToTruth) + back * averageSurfaceDistance(truthToPrediction);
  return emptyValue(distances, empty) ?? sum / (there + back);
}

/** Mean average surface distance: the mean of the two directions' means. */
export function masd(distances: SurfaceDistances, empty: EmptyValues = EMPTY_VALUES.monai): number {
  const { predictionToTruth, truthToPrediction } = distances;
  const sum = averageSurfaceDistance(predictionToTruth) + averageSurfaceDistance(truthToPrediction);
  return emptyValue(distances, empty) ?? sum / 2;
}

/** Share of a surface that lies within the tolerance (inclusive) of the other; NaN where it is empty. */
export function surfaceOverlap(directed: DirectedDistances, tolerance: number): number {
  assertTolerance(tolerance);
  return weightWithin(directed, tolerance) / weightWithin(directed);
}

/** Surface Dice or normalized surface distance: share of both surfaces together that lies within the tolerance. */
export function surfaceDice(distances: SurfaceDistances, tolerance: number, bothEmpty = Number.NaN): number {
  assertTolerance(tolerance);
  const both = [distances.predictionToTruth, distances.truthToPrediction];
  if (both.every((directed) => directed.distances.length === 0)) return bothEmpty;
  const [near, all] = [tolerance, Infinity].map((limit) =>
    both.reduce((sum, directed) => sum + weightWithin(directed, limit), 0),
  );
  return near / all;
}

function emptyValue(distances: SurfaceDistances, empty: EmptyValues): number | undefined {
  const { predictionToTruth, truthToPrediction } = distances;
  const [one, other] = [predictionToTruth, truthToPrediction].map((directed) => directed.distances.length === 0);
  return one && other ? empty.bothEmpty : one || other ? empty.oneEmpty : undefined;
}

function weightWithin({ distances, weights }: DirectedDistances, tolerance = Infinity): number {
  let sum = 0;
  for (let index = 0; index < distances.length && distances[index] <= tolerance; index++) sum += weights[index];
  return sum;
}

function quantileByCount({ distances }: DirectedDistances, share: number): number {
  const place = share * (distances.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, distances.length - 1);
  return distances[below] + (place - below) * (distances[above] - distances[below]);
}

function quantileByArea(directed: DirectedDistances, share: number): number {
  const { distances, weights } = directed;
  const wanted = share * weightWithin(directed);
  let sum = 0;
  for (let index = 0; index < distances.length; index++) {
    sum += weights[index];
    if (sum >= wanted) return distances[index];
  }
  return distances[distances.length - 1];
}

function assertTolerance(tolerance: number): void {
  if (tolerance >= 0 && tolerance < Infinity) return;
  throw new InputError({
    subject: "the tolerance of surface Dice",
    expected: "a finite number of mm, 0 or more",
    got: String(tolerance),
    todo: "Give the distance that two experts would differ by, for example 1.",
  });
}
