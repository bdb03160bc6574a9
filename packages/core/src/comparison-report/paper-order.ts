import type { ArmResults, ComparisonResults } from "../compare/results.ts";
import { type PairedGain, pairedGain } from "../evaluate/paired-gain.ts";
import { pairScans } from "./paired-scans.ts";

/** The order that the paper found, worst first: arm name to title. */
export const PAPER_ORDER = {
  sas: "SAS",
  independent: "independent",
  "independent+rand-aug": "independent + rand-aug",
  supervised: "supervised",
} as const;
export type OrderedArm = keyof typeof PAPER_ORDER;

const ORDERED: readonly OrderedArm[] = ["sas", "independent", "independent+rand-aug", "supervised"];

/** One step of the order: the upper arm minus the lower one, on the scans that both have. */
export interface OrderStep {
  readonly lower: ArmResults;
  readonly upper: ArmResults;
  readonly gain: PairedGain;
}

/** Whether SAS < independent < independent + rand-aug < supervised holds in mean Dice. */
export interface PaperOrder {
  /** Null where fewer than two of the four arms can be compared. */
  readonly holds: boolean | null;
  /** Names of arms of the order that are not in this comparison. */
  readonly missing: readonly OrderedArm[];
  /** From each arm of the order that is there to the next. */
  readonly steps: readonly OrderStep[];
}

/** @param random uniform in [0, 1), for the intervals of the steps. */
export function paperOrder(
  arms: ComparisonResults["arms"],
  leftOut: ReadonlySet<number>,
  random: () => number,
): PaperOrder {
  const there = ORDERED.flatMap((name) => arms.filter((arm) => arm.name === name));
  const steps = there.slice(1).flatMap((upper, index): OrderStep[] => {
    const lower = there[index];
    const { scans } = pairScans([upper, lower], leftOut);
    if (scans.length === 0) return [];
    const [ours, theirs] = [0, 1].map((arm) => scans.map(({ dice }) => dice[arm]));
    return [{ lower, upper, gain: pairedGain(ours, theirs, random) }];
  });
  return {
    holds: steps.length === 0 ? null : steps.every(({ gain }) => gain.mean > 0),
    missing: ORDERED.filter((name) => !arms.some((arm) => arm.name === name)),
    steps,
  };
}
