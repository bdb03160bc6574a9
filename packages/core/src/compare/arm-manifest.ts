import type { LabeledCase, Manifest } from "../dataset/manifest.ts";
import { ARMS, type ArmName } from "../run/arms.ts";

/** The data of a comparison. */
export interface ComparisonData {
  /** What a one-label arm sees: one atlas, the other training scans without labels, validation and test scans. */
  readonly manifest: Manifest;
  /** Every training scan that has labels, the atlas first, then as further atlases are taken. */
  readonly labeled: readonly LabeledCase[];
}

/** The data with as many labels as the arm may use: labels of other training scans are not in it. */
export function armManifest({ manifest, labeled }: ComparisonData, arm: ArmName): Manifest {
  const { labeledScans } = ARMS[arm];
  if (labeledScans === 1) return manifest;
  const atlases = labeledScans === "all" ? labeled : labeled.slice(0, labeledScans);
  const taken = new Set(atlases.map(({ id }) => id));
  const unlabeled = labeledScans === "all" ? [] : manifest.unlabeled.filter(({ id }) => !taken.has(id));
  return { ...manifest, atlases, unlabeled };
}

/**
 * Why an arm cannot run on these data, or undefined where it can.
 * `atlases-4` needs more than four labeled scans, or it would be another name for `supervised`.
 */
export function whyNot({ labeled }: ComparisonData, arm: ArmName): string | undefined {
  const { labeledScans, title } = ARMS[arm];
  if (labeledScans === 1) return undefined;
  const needed = labeledScans === "all" ? 2 : labeledScans + 1;
  if (labeled.length >= needed) return undefined;
  return `${title} is left out: it needs ${needed} labeled training scans, and the data have ${labeled.length}`;
}
