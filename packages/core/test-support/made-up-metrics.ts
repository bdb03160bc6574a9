import type { CaseMetrics, LabelMetrics } from "../src/evaluate/case-metrics.ts";

/** A label's Dice, or why it has none. */
export type MadeUpDice = number | "missed" | "absent";

/** Metrics of one label of one scan; distances and surfaces go with the Dice unless told. */
export function madeUpLabel(
  label: number,
  dice: MadeUpDice,
  told: Partial<Pick<LabelMetrics, "hd95Mm" | "assdMm" | "surfaceDice1mm" | "volumeSimilarity">> = {},
): LabelMetrics {
  const lost = { label, hd95Mm: null, assdMm: null };
  if (dice === "absent") return { ...lost, found: "absent", dice: null, surfaceDice1mm: null, volumeSimilarity: null };
  if (dice === "missed") return { ...lost, found: "missed", dice: 0, surfaceDice1mm: 0, volumeSimilarity: 0 };
  return {
    ...{ label, found: "found", dice, surfaceDice1mm: dice ** 0.8 },
    ...{ hd95Mm: 9 * (1 - dice) + 0.4, assdMm: 2.5 * (1 - dice), volumeSimilarity: Math.min(1, dice + 0.1) },
    ...told,
  };
}

/** The metrics of a scan with the means over its labels. */
export function madeUpCase(labels: readonly LabelMetrics[]): CaseMetrics {
  const mean = (of: (row: LabelMetrics) => number | null): number | null => {
    const there = labels.map(of).filter((value) => value !== null);
    return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
  };
  return {
    labels,
    mean: {
      dice: mean(({ dice }) => dice),
      hd95Mm: mean(({ hd95Mm }) => hd95Mm),
      assdMm: mean(({ assdMm }) => assdMm),
      surfaceDice1mm: mean(({ surfaceDice1mm }) => surfaceDice1mm),
      volumeSimilarity: mean(({ volumeSimilarity }) => volumeSimilarity),
    },
  };
}
