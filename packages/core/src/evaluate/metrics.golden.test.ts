import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { boundaryIou } from "./boundary-iou.ts";
import * as classes from "./class-confusion.ts";
import type { DistanceMetric } from "./distance-transform.ts";
import type { Mask } from "./mask.ts";
import * as overlap from "./overlap.ts";
import {
  assd,
  averageSurfaceDistance,
  EMPTY_VALUES,
  hausdorffDistance,
  masd,
  surfaceDice,
  surfaceDistances,
  surfaceOverlap,
} from "./surface-distance.ts";

// Facts from the tests of surface-distance, MONAI and Metrics Reloaded; kept outside the repository with their source.
const file = fileURLToPath(new URL("../../../../../shared/data/golden/metrics/metric-cases.json", import.meta.url));
const present = existsSync(file);
if (!present) console.log(`Skipped the golden metrics: no file ${file}`);

interface MaskFacts {
  readonly shape?: readonly number[];
  readonly voxels?: readonly (readonly number[])[];
  readonly boxes?: readonly { readonly range: readonly (readonly number[])[]; readonly value?: number }[];
  readonly spheres?: readonly {
    readonly centre: readonly number[];
    readonly radius: number;
    readonly grid_spacing?: readonly number[];
  }[];
  readonly rows?: readonly (readonly number[])[];
  readonly runs?: readonly (readonly number[])[];
}

type Facts = number | string | null | undefined | boolean;

/** Numbers of the file: NaN and Infinity are written as words. */
const number = (fact: Facts): number => (fact === null || fact === undefined ? Number.NaN : Number(fact));

/** The file lists axes in C order, the last one fastest; here the first is. */
function maskOf(facts: MaskFacts, spacing?: readonly number[] | null): Mask {
  const runs = facts.runs?.flatMap(([value, count]) => new Array<number>(count).fill(value));
  const literal = runs ?? facts.rows?.flat();
  const shape =
    facts.shape ?? (facts.rows === undefined ? [1, runs?.length ?? 0] : [facts.rows.length, facts.rows[0].length]);
  const data = literal === undefined ? new Uint8Array(shape.reduce((a, b) => a * b, 1)) : Uint8Array.from(literal);
  const index = (position: readonly number[]): number => position.reduce((sum, at, axis) => sum * shape[axis] + at, 0);
  for (const { range, value = 1 } of facts.boxes ?? []) {
    visit(range, (position) => {
      data[index(position)] = value;
    });
  }
  for (const position of facts.voxels ?? []) data[index(position)] = 1;
  for (const { centre, radius, grid_spacing: grid = [1, 1, 1] } of facts.spheres ?? []) {
    visit(
      shape.map((size) => [0, size]),
      (position) => {
        const squared = position.reduce((sum, at, axis) => sum + (at * grid[axis] - centre[axis]) ** 2, 0);
        if (squared <= radius ** 2) data[index(position)] = 1;
      },
    );
  }
  return { dims: [...shape].reverse(), spacingMm: [...(spacing ?? shape.map(() => 1))].reverse(), data };
}

function visit(
  range: readonly (readonly number[])[],
  at: (position: readonly number[]) => void,
  fixed: readonly number[] = [],
): void {
  if (fixed.length === range.length) {
    at(fixed);
    return;
  }
  const [start, stop] = range[fixed.length];
  for (let n = start; n < stop; n++) visit(range, at, [...fixed, n]);
}

function close(actual: number, expected: number, relative: number, absolute = 1e-12): void {
  if (!Number.isFinite(expected)) expect(actual).toBe(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(absolute + relative * Math.abs(expected));
}

const facts = present ? JSON.parse(readFileSync(file, "utf8")) : undefined;
const cases = (block: string): { readonly id: string }[] => (present ? facts[block].cases : [{ id: "no file" }]);

/** Every entry of the file that a test has compared, or has named as not applicable, by block and entry. */
const seen = { compared: new Set<string>(), notApplicable: new Set<string>() };

function compared(block: string, entry: string | number): void {
  seen.compared.add(`${block}/${entry}`);
}

/** Prints an entry that is left out or compared with another value than the file's, and why. */
function notApplicable(block: string, entry: string, reason: string): void {
  seen.notApplicable.add(`${block}/${entry}`);
  console.log(`Not applicable: ${block}/${entry}: ${reason}`);
}

const distanceCache = new Map<string, ReturnType<typeof surfaceDistances>>();

function distancesOf(
  pred: MaskFacts,
  gt: MaskFacts,
  spacing: readonly number[] | null,
  metric: DistanceMetric,
): ReturnType<typeof surfaceDistances> {
  const key = JSON.stringify([pred, gt, spacing, metric]);
  const known = distanceCache.get(key) ?? surfaceDistances(maskOf(pred, spacing), maskOf(gt, spacing), { metric });
  distanceCache.set(key, known);
  return known;
}

describe.runIf(present)("google-deepmind/surface-distance, to full precision", () => {
  it.each(cases("deepmind_surface_distance") as DeepmindCase[])("$id", (golden) => {
    compared("deepmind_surface_distance", golden.id);
    const [gt, pred] = [golden.gt, golden.pred].map((mask) => maskOf(mask, golden.spacing));
    const distances = surfaceDistances(pred, gt, { convention: "surfel" });
    const { truthToPrediction, predictionToTruth } = distances;
    const expected = golden.full_precision_by_running_source_library;
    const robust = (percentile: number): number =>
      hausdorffDistance(distances, { percentile, empty: EMPTY_VALUES.deepmind });
    const both = [truthToPrediction, predictionToTruth];
    both.forEach((directed, index) => {
      close(
        averageSurfaceDistance(directed),
        number(expected.average_surface_distance_gt_to_pred_and_pred_to_gt[index]),
        1e-9,
      );
      close(surfaceOverlap(directed, 1), number(expected.surface_overlap_at_1mm_gt_and_pred[index]), 1e-9);
    });
    close(robust(100), number(expected.hausdorff_100), 1e-9);
    close(robust(95), number(expected.hausdorff_95), 1e-9);
    close(surfaceDice(distances, 1), number(expected.surface_dice_at_1mm), 1e-9);
    close(overlap.dice(overlap.countConfusion(pred.data, gt.data)), number(expected.volumetric_dice), 1e-9);
    const { sorted_lists: lists, surfel_counts: counts, surfel_area_sum: areas } = golden;
    if (lists !== undefined) {
      sameNumbers(truthToPrediction.distances, lists.distances_gt_to_pred);
      sameNumbers(predictionToTruth.distances, lists.distances_pred_to_gt);
      sameNumbers(truthToPrediction.weights, sortedBy(lists.distances_gt_to_pred, lists.surfel_areas_gt));
      sameNumbers(predictionToTruth.weights, sortedBy(lists.distances_pred_to_gt, lists.surfel_areas_pred));
    }
    if (counts !== undefined) expect(both.map(({ weights }) => weights.length)).toEqual([counts.gt, counts.pred]);
    if (areas !== undefined) {
      both.forEach(({ weights }, index) => {
        close(
          weights.reduce((a, b) => a + b, 0),
          [areas.gt, areas.pred][index],
          1e-9,
        );
      });
    }
  });

  it.each(present ? (facts.deepmind_surface_distance.error_cases as ErrorCase[]) : [])(
    "refuses %j",
    ({ gt_shape, pred_shape, spacing }) => {
      compared("deepmind_surface_distance", JSON.stringify([gt_shape, pred_shape, spacing]));
      const [gt, pred] = [gt_shape, pred_shape].map((shape) => maskOf({ shape }, spacing));
      expect(() => surfaceDistances(pred, gt, { convention: "surfel" })).toThrow(InputError);
    },
  );
});

describe.runIf(present)("MONAI, edge voxels", () => {
  it.each(cases("monai_hausdorff") as MonaiCase[])("Hausdorff distance $id", (golden) => {
    const { pred, gt, spacing, percentile, directed = false, distance_metric: metric = "euclidean" } = golden;
    const distances = distancesOf(pred, gt, spacing, metric);
    const actual = hausdorffDistance(distances, { percentile: percentile ?? 100, directed });
    if (golden.id === "hd_both_empty") {
      const reason = "the file has the mean over no item, which is no number here; the item itself is NaN, as here";
      notApplicable("monai_hausdorff", golden.id, reason);
      expect(actual).toBeNaN();
      return;
    }
    compared("monai_hausdorff", golden.id);
    close(actual, number(golden.expected), golden.rtol ?? 0);
  });

  it.each(cases("monai_average_surface_distance") as MonaiCase[])("average surface distance $id", (golden) => {
    compared("monai_average_surface_distance", golden.id);
    const distances = distancesOf(golden.pred, golden.gt, golden.spacing, golden.distance_metric ?? "euclidean");
    const actual =
      golden.symmetric === true
        ? assd(distances)
        : averageSurfaceDistance(distances.predictionToTruth, EMPTY_VALUES.monai.oneEmpty);
    close(actual, number(golden.expected), golden.rtol ?? 0);
  });

  it.each(cases("monai_surface_dice") as SurfaceDiceCase[])("surface Dice $id", (golden) => {
    compared("monai_surface_dice", golden.id);
    const [pred, gt] = [golden.pred_foreground, golden.gt_foreground].map((mask) => maskOf(mask, golden.spacing));
    const metric = golden.distance_metric;
    const perClass = [
      surfaceDistances(complement(pred), complement(gt), { metric }),
      surfaceDistances(pred, gt, { metric }),
    ];
    perClass.forEach((distances, index) => {
      const actual = surfaceDice(distances, golden.class_tolerances[index]);
      close(actual, number((golden.expected_per_class ?? golden.recomputed)[index]), 1e-6);
    });
  });

  it("surface Dice of absent classes: 0 where one mask is empty, NaN where both are", () => {
    const {
      shape,
      pred,
      gt,
      tolerance,
      expected_per_class_with_background: expected,
    } = facts.monai_surface_dice.absent_classes;
    compared("monai_surface_dice", "absent classes");
    const empty = maskOf({ shape });
    const first = maskOf({ shape, boxes: [{ range: pred.label_1 }] });
    const second = maskOf({ shape, boxes: [{ range: gt.label_2 }] });
    const pairs = [
      [complement(first), complement(second)],
      [first, empty],
      [empty, second],
      [empty, empty],
    ];
    pairs.forEach(([one, other], index) => {
      close(surfaceDice(surfaceDistances(one, other), tolerance), number(expected[index]), 1e-6);
    });
  });

  it.each(present ? (facts.monai_surface_dice.subvoxel_mode as SubvoxelCase[]) : [])("sub-voxel mode %#", (golden) => {
    compared("monai_surface_dice", JSON.stringify(golden));
    const [pred, gt] = [golden.pred, golden.gt].map((mask) => maskOf(mask, golden.spacing));
    const distances = surfaceDistances(pred, gt, { convention: "surfel" });
    close(surfaceDice(distances, golden.tolerance), golden.expected, 1e-6);
  });

  it("refuses other shapes and tolerances that are negative, infinite or NaN", () => {
    const [one, other] = [maskOf({ shape: [3, 3] }), maskOf({ shape: [3, 4] })];
    expect(() => surfaceDistances(one, other)).toThrow(InputError);
    for (const tolerance of [-1, Infinity, Number.NaN]) {
      expect(() => surfaceDice(surfaceDistances(one, one), tolerance)).toThrow(InputError);
    }
    const block = "monai_surface_dice";
    const [shapes, tolerances, ...values] = facts.monai_surface_dice.error_cases;
    for (const error of [shapes, ...values]) compared(block, error);
    notApplicable(block, tolerances, "one label at a time here, so there is one tolerance");
  });
});

/** Metrics that are out of scope, with the reason; each is printed. */
const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  "Topology Precision": "needs a skeleton; for tubes, not for the organs of this tool",
  "Topology Sensitivity": "needs a skeleton; for tubes, not for the organs of this tool",
  "Centreline Dice Score": "needs a skeleton; for tubes, not for the organs of this tool",
};

/** Metrics Reloaded's names, those of its MONAI wrapper and its own, to ours. */
function reloaded(pred: Mask, ref: Mask, tolerance: number): Record<string, () => number> {
  const counts = overlap.countConfusion(pred.data, ref.data);
  const distances = () => surfaceDistances(pred, ref);
  const empty = EMPTY_VALUES.metricsReloaded;
  const matrix = () => classes.countClassConfusion(pred.data, ref.data, 2);
  const hausdorff = (percentile: number) => () => hausdorffDistance(distances(), { percentile, empty });
  const named: [names: readonly string[], value: () => number][] = [
    [["tp", "True Positives"], () => counts.truePositives],
    [["fp", "False Positives", "False Positives Per Image"], () => counts.falsePositives],
    [["fn", "False Negatives"], () => counts.falseNegatives],
    [["tn", "True Negatives"], () => counts.trueNegatives],
    [["youden", "Youden Index"], () => overlap.youdenIndex(counts)],
    [
      ["sensitivity", "recall", "Sensitivity", "Recall", "Intersection Over Reference"],
      () => overlap.sensitivity(counts),
    ],
    [["specificity", "Specificity"], () => overlap.specificity(counts)],
    [["False Positive Rate"], () => 1 - overlap.specificity(counts)],
    [["balanced_accuracy", "Balanced Accuracy"], () => overlap.balancedAccuracy(counts)],
    [["accuracy", "Accuracy"], () => overlap.accuracy(counts)],
    [["normalised_expected_cost", "Normalised Expected Cost"], () => classes.normalizedExpectedCost(matrix())],
    [["mcc", "Matthews Correlation Coefficient"], () => overlap.matthewsCorrelation(counts)],
    [["cohens_kappa", "Cohens Kappa"], () => overlap.cohensKappa(counts)],
    [["positive_likelihood_ratio", "Positive Likelihood Ratio"], () => overlap.positiveLikelihoodRatio(counts)],
    [["Prediction Overlaps Reference"], () => Number(counts.truePositives > 0)],
    [["ppv", "Positive Predictive Value"], () => overlap.precision(counts)],
    [["npv", "Negative Predictive Values"], () => overlap.negativePredictiveValue(counts)],
    [["f1", "dice", "FBeta", "Dice Score"], () => overlap.dice(counts, 1)],
    [["iou", "Intersection Over Union"], () => overlap.jaccard(counts)],
    [["net_benefit_treated_exchange_1", "Net Benefit Treated"], () => overlap.netBenefit(counts)],
    [["net_benefit_treated_exchange_1/9"], () => overlap.netBenefit(counts, 1 / 9)],
    [["Volume Difference", "absolute_volume_difference_ratio"], () => overlap.absoluteVolumeDifferenceRatio(counts)],
    [["boundary_iou", "Boundary IoU", "boundary_iou_dist_1"], () => boundaryIou(pred, ref, 1, 1)],
    [["boundary_iou_dist_2"], () => boundaryIou(pred, ref, 2, 1)],
    [["nsd", "Normalised Surface Distance"], () => surfaceDice(distances(), tolerance, 1)],
    [["assd", "Average Symmetric Surface Distance"], () => assd(distances(), empty)],
    [["masd", "Mean Average Surface Distance"], () => masd(distances(), empty)],
    [["hausdorff", "Hausdorff Distance"], hausdorff(100)],
    [["hausdorff_95", "hausdorff_perc", "95th Percentile Hausdorff Distance"], hausdorff(95)],
  ];
  return Object.fromEntries(named.flatMap(([names, value]) => names.map((name) => [name, value])));
}

describe.runIf(present)("Metrics Reloaded", () => {
  it("the 2 x 2 example, every entry", () => {
    const { pred, ref, expected } = facts.metrics_reloaded_2x2;
    const ours = reloaded(maskOf(pred), maskOf(ref), 1);
    for (const [name, value] of Object.entries<Facts>(expected)) {
      const block = "metrics_reloaded_2x2";
      if (NOT_APPLICABLE[name] !== undefined) {
        notApplicable(block, name, NOT_APPLICABLE[name]);
      } else if (name === "Positive Likelihood Ratio") {
        notApplicable(block, name, "the source adds 1e-5 to a zero denominator; here the ratio is Infinity");
        expect(ours[name]()).toBe(Infinity);
      } else {
        compared(block, name);
        // The source adds about 1e-5 to other denominators too.
        close(ours[name](), number(value), 2e-5, 1e-5);
      }
    }
  });

  it("the 2 x 2 example with three classes", () => {
    const { pred_one_hot: pred, ref_one_hot: ref, expected } = facts.metrics_reloaded_2x2.categorical;
    const classOf = (oneHot: number[][][]): number[] =>
      [0, 1, 2, 3].map((pixel) => oneHot.findIndex((plane) => plane.flat()[pixel] === 1));
    const counts = classes.countClassConfusion(classOf(pred), classOf(ref), 3);
    const ours: Readonly<Record<string, number>> = {
      "Balanced Accuracy": classes.meanRecall(counts),
      "Weighted Cohens Kappa": classes.weightedKappa(counts),
      "Matthews Correlation Coefficient": classes.classCorrelation(counts),
      "Expected Cost": classes.expectedCost(counts),
      "Normalised Expected Cost": classes.normalizedExpectedCost(counts),
    };
    for (const [name, value] of Object.entries<Facts>(expected)) {
      compared("metrics_reloaded_2x2", `three classes: ${name}`);
      close(ours[name], number(value), 1e-5);
    }
  });

  it.each(cases("metrics_reloaded_pitfalls") as PitfallCase[])(
    "pitfall $id",
    ({ id, pred, ref, expected, atol, args }) => {
      compared("metrics_reloaded_pitfalls", id);
      const ours = reloaded(maskOf(pred), maskOf(ref), args?.nsd_tolerance ?? 1);
      for (const [name, value] of Object.entries(expected)) close(ours[name](), number(value), 0, atol);
    },
  );

  it("empty masks", () => {
    const { both_empty: both, only_reference_empty_or_only_prediction_empty: one } =
      facts.metrics_reloaded_pitfalls.empty_rules;
    const [empty, box] = [
      maskOf({ shape: [5, 5] }),
      maskOf({
        shape: [5, 5],
        boxes: [
          {
            range: [
              [1, 3],
              [1, 3],
            ],
          },
        ],
      }),
    ];
    for (const rule of Object.keys(facts.metrics_reloaded_pitfalls.empty_rules)) {
      compared("metrics_reloaded_pitfalls", rule);
    }
    const check = (pred: Mask, ref: Mask, expected: Record<string, Facts>): void => {
      for (const [name, value] of Object.entries(expected)) close(reloaded(pred, ref, 1)[name](), number(value), 1e-9);
    };
    check(empty, empty, both);
    check(empty, box, one);
    check(box, empty, one);
    const full = maskOf({
      shape: [2, 2],
      boxes: [
        {
          range: [
            [0, 2],
            [0, 2],
          ],
        },
      ],
    });
    check(full, full, facts.metrics_reloaded_pitfalls.empty_rules.reference_all_positive);
  });

  it("confusion matrices", () => {
    const { confusion_matrix_5x6: small, multiclass_normalised_expected_cost: cost } = facts.metrics_reloaded_pitfalls;
    compared("metrics_reloaded_pitfalls", "confusion_matrix_5x6");
    compared("metrics_reloaded_pitfalls", "multiclass_normalised_expected_cost");
    const [pred, ref] = [maskOf(small.pred), maskOf(small.ref)];
    expect(classes.countClassConfusion(pred.data, ref.data, 2)).toEqual(small.expected_rows_pred_cols_ref);
    close(
      classes.normalizedExpectedCost(classes.countClassConfusion(cost.pred, cost.ref, 5)),
      cost.expected,
      0,
      cost.atol,
    );
  });
});

/** How many entries the file has: counted from the file itself, so that a new one cannot slip by. */
function entriesInFile(): number {
  const {
    deepmind_surface_distance: deepmind,
    monai_hausdorff: hausdorff,
    monai_average_surface_distance: average,
    monai_surface_dice: dice,
    metrics_reloaded_2x2: small,
    metrics_reloaded_pitfalls: pitfalls,
  } = facts;
  const lists: readonly object[] = [
    ...[deepmind, hausdorff, average, dice, pitfalls].map((block) => block.cases),
    ...[deepmind.error_cases, dice.error_cases, dice.subvoxel_mode],
    ...[small.expected, small.categorical.expected, pitfalls.empty_rules],
  ];
  // And one each of: absent classes, the confusion matrix, the expected cost of several classes.
  return lists.reduce((sum, list) => sum + Object.keys(list).length, 3);
}

describe.runIf(present)("the file as a whole", () => {
  it("has the blocks that are tested here, and no other", () => {
    const blocks = Object.keys(facts).filter((name) => facts[name].source !== undefined);
    expect(blocks).toEqual([
      "deepmind_surface_distance",
      "monai_hausdorff",
      "monai_average_surface_distance",
      "monai_surface_dice",
      "metrics_reloaded_2x2",
      "metrics_reloaded_pitfalls",
    ]);
  });

  it("is compared entry by entry; what is not applicable is named", () => {
    expect(seen.compared.size + seen.notApplicable.size).toBe(entriesInFile());
    expect([seen.compared.size, seen.notApplicable.size]).toEqual([174, 6]);
  });
});

function complement(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((inside) => 1 - inside) };
}

function sameNumbers(actual: Float64Array, expected: readonly Facts[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    close(actual[index], number(value), 1e-9);
  });
}

/** Areas in the order of their distances, the smaller first among equals: the source lists them in another order. */
function sortedBy(distances: readonly Facts[], areas: readonly number[]): number[] {
  const order = areas.map((area, index) => ({ area, distance: number(distances[index]) }));
  return order.sort((a, b) => a.distance - b.distance || a.area - b.area).map(({ area }) => area);
}

interface DeepmindCase {
  readonly id: string;
  readonly gt: MaskFacts;
  readonly pred: MaskFacts;
  readonly spacing: readonly number[];
  readonly full_precision_by_running_source_library: {
    readonly average_surface_distance_gt_to_pred_and_pred_to_gt: readonly Facts[];
    readonly surface_overlap_at_1mm_gt_and_pred: readonly Facts[];
    readonly hausdorff_100: Facts;
    readonly hausdorff_95: Facts;
    readonly surface_dice_at_1mm: Facts;
    readonly volumetric_dice: Facts;
  };
  readonly sorted_lists?: {
    readonly distances_gt_to_pred: readonly Facts[];
    readonly distances_pred_to_gt: readonly Facts[];
    readonly surfel_areas_gt: readonly number[];
    readonly surfel_areas_pred: readonly number[];
  };
  readonly surfel_counts?: { readonly gt: number; readonly pred: number };
  readonly surfel_area_sum?: { readonly gt: number; readonly pred: number };
}

interface ErrorCase {
  readonly gt_shape: readonly number[];
  readonly pred_shape: readonly number[];
  readonly spacing: readonly number[];
}

interface MonaiCase {
  readonly id: string;
  readonly pred: MaskFacts;
  readonly gt: MaskFacts;
  readonly spacing: readonly number[] | null;
  readonly percentile?: number | null;
  readonly directed?: boolean;
  readonly symmetric?: boolean;
  readonly distance_metric?: DistanceMetric;
  readonly expected?: Facts;
  readonly rtol?: number;
}

interface SurfaceDiceCase {
  readonly id: string;
  readonly pred_foreground: MaskFacts;
  readonly gt_foreground: MaskFacts;
  readonly class_tolerances: readonly number[];
  readonly spacing: readonly number[] | null;
  readonly distance_metric: DistanceMetric;
  readonly expected_per_class: readonly Facts[] | null;
  readonly recomputed: readonly Facts[];
}

interface SubvoxelCase {
  readonly pred: MaskFacts;
  readonly gt: MaskFacts;
  readonly spacing: readonly number[];
  readonly tolerance: number;
  readonly expected: number;
}

interface PitfallCase {
  readonly id: string;
  readonly pred: MaskFacts;
  readonly ref: MaskFacts;
  readonly expected: Readonly<Record<string, Facts>>;
  readonly atol: number;
  readonly args?: { readonly nsd_tolerance: number };
}
