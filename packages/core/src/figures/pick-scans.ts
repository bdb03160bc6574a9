import { InputError } from "../errors.ts";

/** A test scan with its mean Dice over labels; null where no label of it could be scored. */
export interface ScoredScan {
  readonly id: string;
  readonly dice: number | null;
}

export type Rank = "best" | "median" | "worst";

/** A scan that stands for an arm. */
export interface RankedScan {
  readonly rank: Rank;
  readonly id: string;
  readonly dice: number;
}

/**
 * The best, the median and the worst scan by mean Dice, in this order; equal ones by id. Of an even number the median is
 * the lower one of the middle two. Of two scans there is no median, of one only the best.
 * @throws InputError where no scan was scored.
 */
export function pickScans(scans: readonly ScoredScan[]): readonly RankedScan[] {
  const scored = scans.flatMap(({ id, dice }) => (dice === null ? [] : [{ id, dice }]));
  if (scored.length === 0) {
    throw new InputError({
      subject: "test scans to picture",
      expected: "at least one with a Dice",
      got: `${scans.length} scans, none of them scored`,
      todo: "Give test scans that have labels.",
    });
  }
  scored.sort((a, b) => b.dice - a.dice || (a.id < b.id ? -1 : 1));
  const last = scored.length - 1;
  const places: readonly (readonly [Rank, number])[] = [
    ["best", 0],
    ["median", Math.floor(scored.length / 2)],
    ["worst", last],
  ];
  const shown = places.filter(([rank]) => last >= 2 || rank === "best" || (rank === "worst" && last === 1));
  return shown.map(([rank, place]) => ({ rank, ...scored[place] }));
}
