import { holdOutLast } from "../dataset/hold-out.ts";
import type { LabeledCase, Manifest } from "../dataset/manifest.ts";
import { InputError } from "../errors.ts";
import { type ReadFile, readLabeledScan } from "../io/read-scan.ts";
import { type StageHooks, stepMeter } from "../run/progress.ts";
import { type Point, spacingMm } from "../volume/affine.ts";
import { assertThick } from "../volume/assert-thick.ts";
import { labelValues } from "../volume/label-map.ts";
import { reorientGrid } from "../volume/orientation.ts";
import { type DomainLabel, type DomainPlan, marksUnlabeled, NOT_LABELED } from "./plan.ts";

export interface PlanDomainOptions extends Partial<StageHooks> {
  /** Share of the labeled cases, last by id, kept for validation where the data set names none; default 0.1. */
  readonly validationShare?: number;
  /**
   * What becomes of a label that validation cases have and no training case has: an error by default, or its voxels count
   * as not labeled, so that no class stands for it and nothing is learned about it. A label that the data set names and no
   * labeled case has stands in the plan in the same way, with a warning; with `leave-out` the caller tells of both.
   */
  readonly unseen?: "refuse" | "leave-out";
}

/** The percentiles of Med3D (Chen 2019). */
export const CLIP_PERCENTILES = [0.5, 99.5] as const;

/**
 * The plan of a data set: spacing is the median over the labeled training cases of each RAS axis (Chen 2019), every
 * label value gets a class in rising order. Reads every labeled case once, so that a damaged file is named here.
 * @param manifest its atlases are ALL labeled cases that may be trained on; test cases are not looked at
 * @throws InputError for slices, for a label that no training case has (see `unseen`), and where none has any label
 */
export async function planDomain(
  name: string,
  manifest: Manifest,
  readFile: ReadFile,
  { validationShare = 0.1, unseen = "refuse", signal, emit }: PlanDomainOptions = {},
): Promise<DomainPlan> {
  const { training, validation } = splitCases(manifest, validationShare);
  const meter = stepMeter(`plan ${name}`, training.length + validation.length);
  const spacings: Point[] = [];
  const values = { training: new Set<number>(), validation: new Map<number, string>() };
  for (const [index, one] of [...training, ...validation].entries()) {
    signal?.throwIfAborted();
    const { volume, labels } = await readLabeledScan(readFile, one);
    assertThick(volume.dims, one.image);
    const present = labelValues(labels).filter((value) => value !== 0);
    if (index < training.length) {
      spacings.push(spacingMm(reorientGrid(volume, "RAS").affine));
      for (const value of present) values.training.add(value);
    } else {
      for (const value of present) if (!values.validation.has(value)) values.validation.set(value, one.id);
    }
    emit?.(meter(index + 1));
  }
  return {
    name,
    spacingMm: [0, 1, 2].map((axis) => median(spacings.map((spacing) => spacing[axis]))) as unknown as Point,
    clipPercentiles: CLIP_PERCENTILES,
    labels: labelsOf(name, manifest, values, { unseen, ...(emit === undefined ? {} : { emit }) }),
    training: training.map(({ id }) => id),
    validation: validation.map(({ id }) => id),
  };
}

function splitCases(
  { atlases, validation }: Manifest,
  share: number,
): { readonly training: readonly LabeledCase[]; readonly validation: readonly LabeledCase[] } {
  if (validation.length > 0) return { training: atlases, validation };
  const { train } = holdOutLast(
    atlases.map(({ id }) => id),
    share,
  );
  const isTrained = new Set(train);
  return {
    training: atlases.filter(({ id }) => isTrained.has(id)),
    validation: atlases.filter(({ id }) => !isTrained.has(id)),
  };
}

/** Named labels, and those that are there without a name. One that is called `ignore` marks voxels nobody labeled. */
function labelsOf(
  name: string,
  { labels }: Manifest,
  values: { readonly training: ReadonlySet<number>; readonly validation: ReadonlyMap<number, string> },
  { unseen, emit }: Pick<PlanDomainOptions, "unseen" | "emit">,
): Record<string, DomainLabel> {
  const isIgnored = (value: number): boolean => marksUnlabeled(labels[value] ?? "");
  const wanted = new Map([...values.validation].map(([value, id]) => [value, `case ${id} has it`]));
  const missing = [...wanted].filter(([value]) => !values.training.has(value) && !isIgnored(value));
  const isLearned = [...values.training].some((value) => !isIgnored(value));
  if (missing.length > 0 && (unseen === "refuse" || !isLearned)) {
    const [[value, why]] = missing;
    const also = missing.length > 1 ? `, and the same of ${missing.slice(1).map(([other]) => other)}` : "";
    throw new InputError({
      subject: `domain ${name}: label ${value}${labels[value] ? ` (${labels[value]})` : ""}`,
      expected: `a training case that has it, because ${why}`,
      got: `none of ${values.training.size === 0 ? "any label" : "them"}${also}`,
      todo: "Put a case with it among the training cases, or take it out of the data set's labels.",
    });
  }
  if (!isLearned) {
    throw new InputError({
      subject: `domain ${name}`,
      expected: "a training case with a label to learn",
      got: "none but ignored ones",
      todo: "Check the label maps, or choose other training cases.",
    });
  }
  const named = Object.keys(labels)
    .map(Number)
    .filter((value) => value !== 0);
  const nowhere = named.filter((value) => !values.training.has(value) && !wanted.has(value) && !isIgnored(value));
  if (nowhere.length > 0 && unseen === "refuse") {
    const list = nowhere.map((value) => `${value} (${labels[value]})`).join(", ");
    emit?.({ kind: "warning", text: `domain ${name}: no labeled case has ${list}, so nothing is learned about it` });
  }
  let next = 1;
  const isLeftOut = (value: number): boolean => isIgnored(value) || !values.training.has(value);
  const all = [...new Set([...values.training, ...wanted.keys(), ...named])].sort((a, b) => a - b);
  return Object.fromEntries(
    all.map((value) => [String(value), { name: labels[value] ?? "", class: isLeftOut(value) ? NOT_LABELED : next++ }]),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
