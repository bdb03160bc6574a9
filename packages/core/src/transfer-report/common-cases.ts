import type { TransferCell, TransferRun, TransferTarget } from "../transfer-comparison/results.ts";
import { caseValues, idsOf } from "./case-values.ts";
import { chosenRuns, groupRuns, seedsOf } from "./chosen-runs.ts";
import { type Counts, countedArea } from "./counted-area.ts";

/** What a cell is scored by. */
export type Measure = "dice" | "auc" | "accuracy";

/** The score that a task is judged by. */
export function mainMeasure({ task }: Pick<TransferTarget, "task">): "dice" | "auc" {
  return task === "segmentation" ? "dice" : "auc";
}

/** The test cases that several cells of one target have in common, over the seeds that all of them have. */
export interface CommonCases {
  readonly ids: readonly string[];
  /** Places in `ids` of the cases of each fold; a target with one split has one. */
  readonly folds: readonly (readonly number[])[];
  /** Empty where the cells share no seed; each cell then stands for its own. */
  readonly seeds: readonly number[];
  /** The runs that are used of each cell. */
  readonly runs: readonly (readonly TransferRun[])[];
  /** The score of each cell where case i counts `counts[i]` times; NaN where it is not defined. */
  readonly scores: readonly ((counts: Counts) => number)[];
}

/**
 * Brings cells together case by case, so that none is helped by a seed or a case of its own. Dice and accuracy are means
 * over cases of each case's mean over seeds. The area under the curve is taken for each network by itself, because
 * probabilities of two networks are not on one scale, and averaged over folds, then over seeds; a fold whose drawn cases
 * are all of one class is left out.
 */
export function commonCases(
  { classes }: Pick<TransferTarget, "classes">,
  cells: readonly TransferCell[],
  measure: Measure,
): CommonCases {
  const [first, ...others] = cells.map(seedsOf);
  const seeds = first.filter((seed) => others.every((own) => own.includes(seed)));
  const runs = cells.map((cell) => chosenRuns(cell).filter(({ seed }) => seeds.length === 0 || seeds.includes(seed)));
  const ids = completeIds(runs[0]).filter((id) => runs.every((own) => completeIds(own).includes(id)));
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const scores = runs.map((own) =>
    measure === "auc" ? meanArea(own, placeOf, classes.length) : meanValue(caseValues(own, measure), ids),
  );
  return { ids, folds: foldsOf(runs[0], placeOf), seeds, runs, scores };
}

/** Cases that were scored with every seed. */
function completeIds(runs: readonly TransferRun[]): readonly string[] {
  const bySeed = groupRuns(runs, "seed").map((own) => new Set(own.flatMap(idsOf)));
  const [first = new Set<string>(), ...others] = bySeed;
  return [...first].filter((id) => others.every((own) => own.has(id)));
}

function foldsOf(runs: readonly TransferRun[], placeOf: ReadonlyMap<string, number>): readonly (readonly number[])[] {
  const places = groupRuns(runs, "fold").map((own) =>
    [...new Set(own.flatMap(idsOf))].flatMap((id) => placeOf.get(id) ?? []),
  );
  return places.filter(({ length }) => length > 0);
}

function meanValue(values: ReadonlyMap<string, number>, ids: readonly string[]): (counts: Counts) => number {
  const own = ids.map((id) => values.get(id) ?? Number.NaN);
  return (counts) => {
    let [sum, cases] = [0, 0];
    for (const [place, value] of own.entries()) {
      sum += counts[place] * value;
      cases += counts[place];
    }
    return sum / cases;
  };
}

function meanArea(
  runs: readonly TransferRun[],
  placeOf: ReadonlyMap<string, number>,
  classes: number,
): (counts: Counts) => number {
  const areas = runs.map(({ seed, fold, classified = [] }) => {
    const placed = classified.flatMap((one) => {
      const place = placeOf.get(one.id);
      return place === undefined ? [] : [{ ...one, place }];
    });
    return { seed, fold, area: countedArea(placed, classes) };
  });
  const bySeed = groupRuns(areas, "seed");
  return (counts) =>
    mean(bySeed.map((own) => mean(own.map(({ area }) => area(counts)).filter((value) => !Number.isNaN(value)))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
