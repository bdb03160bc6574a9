import { classOfLabel, type DomainPlan, labelOfClass, marksUnlabeled, NOT_LABELED } from "../domains/plan.ts";
import type { LabelMap } from "../volume/volume.ts";

/** Of a plan as it was derived: label values that no training case shows. */
export function unseenLabels({ labels }: DomainPlan): readonly number[] {
  return Object.entries(labels).flatMap(([value, label]) =>
    label.class === NOT_LABELED && !marksUnlabeled(label.name) ? [Number(value)] : [],
  );
}

/** Label values that test scans are scored for: one for each class behind background, and those without an example. */
export function scoredLabels(plan: DomainPlan, unseen: readonly number[]): readonly number[] {
  return [...labelOfClass(plan).slice(1), ...unseen].sort((a, b) => a - b);
}

/**
 * Prediction and truth as they are scored: labels that the plan joins are one; where the plan says that nobody has
 * labeled a voxel, both are background, so that nothing is right or wrong there. Labels without an example stay in the
 * truth, where they count as missed.
 */
export function inTermsOfPlan(
  plan: DomainPlan,
  unseen: readonly number[],
  pair: { readonly prediction: LabelMap; readonly truth: LabelMap },
): { readonly prediction: LabelMap; readonly truth: LabelMap } {
  const labelOf = labelOfClass(plan);
  const meaning = new Map([...classOfLabel(plan)].map(([value, index]) => [value, labelOf[index] ?? NOT_LABELED]));
  for (const value of unseen) meaning.set(value, value);
  const truth = Int32Array.from(pair.truth.data, (value) => meaning.get(value) ?? NOT_LABELED);
  const prediction = Int32Array.from(pair.prediction.data, (value, p) => (truth[p] === NOT_LABELED ? 0 : value));
  return {
    prediction: { ...pair.prediction, data: prediction },
    truth: { ...pair.truth, data: truth.map((value) => Math.max(0, value)) },
  };
}

/** What somebody should know about labels without an example; undefined where every label has one. */
export function describeUnseen(plan: DomainPlan, unseen: readonly number[]): string | undefined {
  if (unseen.length === 0) return undefined;
  const named = unseen.map((value) => `${value} ${plan.labels[String(value)]?.name ?? ""}`.trim()).join(", ");
  const [label, one, verb] = unseen.length === 1 ? ["label", "it is", "counts"] : ["labels", "they are", "count"];
  return (
    `no labeled training case shows the ${label} ${named}: ${one} never predicted, and ${verb} as missed wherever a ` +
    "test scan has one"
  );
}
