import type { ArmResults } from "../compare/results.ts";
import { type AdjustedTest, adjustedTests } from "../evaluate/holm.ts";
import { type PairedGain, pairedGain } from "../evaluate/paired-gain.ts";
import { pairedTTest, signedRankTest } from "../evaluate/paired-test.ts";
import { spread } from "../evaluate/summary.ts";
import { pairScans } from "./paired-scans.ts";

/** How much better an arm is than SAS on the same scans, in mean Dice. */
export interface GainOverSas extends PairedGain {
  /** Sample standard deviation over scans; null below two. */
  readonly sd: number | null;
  readonly scans: readonly { readonly id: string; readonly gain: number }[];
  /** Seeds that both have; empty where they share none, and then each is averaged over its own. */
  readonly seeds: readonly number[];
  /** Scans on which the arm is above SAS. */
  readonly better: number;
  /** Null where the test cannot be made: one scan, or gains that do not differ. */
  readonly tTest: AdjustedTest | null;
  readonly signedRank: AdjustedTest | null;
}

type Untested = Omit<GainOverSas, "tTest" | "signedRank">;

/**
 * Paired gain of every arm over SAS, by arm name; the arms that share no scan with SAS are left out, and so is SAS.
 * p values are adjusted by Holm over the arms of the answer, each test by itself.
 *
 * @param random uniform in [0, 1), for the bootstrap.
 */
export function gainsOverSas(
  arms: readonly ArmResults[],
  sas: ArmResults,
  leftOut: ReadonlySet<number>,
  random: () => number,
): ReadonlyMap<string, GainOverSas> {
  const gains = arms
    .filter((arm) => arm.name !== sas.name)
    .map((arm) => ({ name: arm.name, gain: gainOf(arm, sas, leftOut, random) }))
    .filter(({ gain }) => gain.n > 0);
  const values = gains.map(({ gain }) => gain.scans.map((scan) => scan.gain));
  const tTests = adjustedTests(values.map(pairedTTest));
  const signedRanks = adjustedTests(values.map(signedRankTest));
  return new Map(
    gains.map(({ name, gain }, index) => [name, { ...gain, tTest: tTests[index], signedRank: signedRanks[index] }]),
  );
}

function gainOf(arm: ArmResults, sas: ArmResults, leftOut: ReadonlySet<number>, random: () => number): Untested {
  const { scans, seeds } = pairScans([arm, sas], leftOut);
  const ours = scans.map(({ dice }) => dice[0]);
  const theirs = scans.map(({ dice }) => dice[1]);
  const gains = scans.map(({ id, dice: [own, floor] }) => ({ id, gain: own - floor }));
  return {
    ...pairedGain(ours, theirs, random),
    sd: spread(gains.map(({ gain }) => gain)).sd,
    scans: gains,
    seeds,
    better: gains.filter(({ gain }) => gain > 0).length,
  };
}
