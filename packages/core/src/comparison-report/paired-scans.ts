import type { ArmResults } from "../compare/results.ts";
import { type Score, scanScores } from "./scan-scores.ts";

/** The mean Dice of one scan under several arms, each averaged over seeds. */
export interface PairedScan {
  readonly id: string;
  /** In the order of the arms that were asked for. */
  readonly dice: readonly number[];
}

/** Scans that can be compared, and by which runs. */
export interface PairedScans {
  readonly scans: readonly PairedScan[];
  /** Seeds that all the arms have; empty where they share none, and then each arm is averaged over its own. */
  readonly seeds: readonly number[];
}

/**
 * Brings arms together scan by scan: over the seeds that all of them have, so that no arm is helped by a lucky seed of
 * its own, and over the scans that all of them scored.
 */
export function pairScans(arms: readonly ArmResults[], leftOut: ReadonlySet<number>): PairedScans {
  const seeds = (arms[0]?.runs ?? [])
    .map(({ seed }) => seed)
    .filter((seed) => arms.every(({ runs }) => runs.some((run) => run.seed === seed)));
  const diceOf = arms.map(({ runs }) => {
    const used = seeds.length === 0 ? runs : runs.filter(({ seed }) => seeds.includes(seed));
    // A scan must have been scored with every seed that is averaged, or means of different seeds would be paired.
    const complete = (id: string): boolean => used.every(({ cases }) => cases.some((one) => one.id === id));
    const scores = scanScores(
      used.map(({ cases }) => cases),
      leftOut,
    );
    return new Map<string, Score>(scores.filter(({ id }) => complete(id)).map(({ id, dice }) => [id, dice]));
  });
  const scans = [...(diceOf[0]?.keys() ?? [])].flatMap((id): PairedScan[] => {
    const dice = diceOf.map((scores) => scores.get(id) ?? null).filter((score) => score !== null);
    return dice.length === arms.length ? [{ id, dice }] : [];
  });
  return { scans, seeds };
}
