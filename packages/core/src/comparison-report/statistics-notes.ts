import type { ComparisonResults } from "../compare/results.ts";
import type { ArmRow } from "./comparison-statistics.ts";
import { type LabelRow, labelTitle } from "./label-rows.ts";

/** What a reader must know to read the numbers right. */
export function statisticsNotes(
  { dataset, labelsNotInAtlas }: ComparisonResults,
  rows: readonly ArmRow[],
  labels: readonly LabelRow[],
): string[] {
  const has = (name: string): boolean => rows.some(({ arm }) => arm.name === name);
  const most = Math.max(0, ...rows.map(({ scans }) => scans.length));
  const fewer = rows.filter(({ scans }) => scans.length < most);
  const unshared = rows.filter(({ gain }) => gain !== null && gain.seeds.length === 0);
  const unpaired = rows.filter(({ arm, gain }) => has("sas") && arm.name !== "sas" && gain === null);
  const absent = labels.filter(({ dice }) => [...dice.values()].every(({ n }) => n === 0));
  const titles = (some: readonly ArmRow[]): string => some.map(({ arm }) => arm.title).join(", ");
  return [
    has("sas") ? "" : "SAS was not run, so there are no gains over it, no p values and no shares of the gap.",
    has("supervised") ? "" : "The supervised arm was not run, so the share of the gap that an arm closes is not known.",
    ...fewer.map(
      ({ arm, scans }) =>
        `${arm.title} has ${scans.length} of ${most} test scans; its gain is over the scans that SAS has too.`,
    ),
    unpaired.length === 0 ? "" : `No scan in common with SAS: ${titles(unpaired)}.`,
    unshared.length === 0
      ? ""
      : `No seed in common with SAS: ${titles(unshared)}. Their gains are between means over each one's own seeds.`,
    labelsNotInAtlas.length === 0
      ? ""
      : `The atlas lacks labels that test scans have; they are in no mean here: ${labelsNotInAtlas.map(({ label, scans }) => `${labelTitle(label, dataset.labels)} in ${scans} ${scans === 1 ? "scan" : "scans"}`).join(", ")}.`,
    signedRankFloor(rows),
    absent.length === 0
      ? ""
      : `In no test scan: ${absent.map(({ label }) => labelTitle(label, dataset.labels)).join(", ")}. They are in no mean.`,
  ].filter((note) => note !== "");
}

/** The least p value of the signed-rank test is 2 / 2^n; times the number of arms it may be above what is looked for. */
function signedRankFloor(rows: readonly ArmRow[]): string {
  const tested = rows.flatMap(({ gain }) => (gain === null ? [] : [gain.n]));
  if (tested.length === 0) return "";
  const scans = Math.max(...tested);
  const least = Math.min(1, tested.length * 2 ** (1 - scans));
  return least <= 0.05 || scans < 2
    ? ""
    : `With ${scans} scans and ${tested.length} arms, p of the signed-rank test cannot fall below ${least.toPrecision(2)} after Holm's adjustment, however large the gains are.`;
}

/**
 * Why arms that train a segmenter cannot be compared; null where they can. Registration above a segmenter that saw
 * every label means that the segmenters, all trained as long, were trained too little.
 */
export function whyUntrained(rows: readonly ArmRow[]): string | null {
  const bound = rows.find(({ arm }) => arm.name === "supervised");
  if (bound?.gain == null || bound.gain.mean > 0) return null;
  return `Supervised, which saw every label, is not above SAS: ${bound.arm.steps} steps are too few for these segmenters, and the order of the arms that train one says little. Give them more (--set segment.steps=...).`;
}
