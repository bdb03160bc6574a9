import { createRandom } from "@voxelsmith/engine";

/** More scans to compare with would cost time and move the mean little. */
const MOST = 30;

/**
 * The scans that stand for the population, at most 30 and the same for all candidates. Scans that are no candidates
 * where there are enough of them; else any, each candidate being compared with all but itself.
 */
export function standIns<T extends { readonly id: string }>(
  scans: readonly T[],
  candidateIds: readonly string[],
  seed: number,
): readonly T[] {
  const apart = scans.filter(({ id }) => !candidateIds.includes(id));
  return spread(apart.length >= MOST ? apart : scans, seed);
}

/** Evenly spaced over the list; the seed says where in the first gap they begin. */
function spread<T>(items: readonly T[], seed: number): readonly T[] {
  if (items.length <= MOST) return items;
  const gap = items.length / MOST;
  const start = createRandom(seed, "atlas-choice").between(0, gap);
  return Array.from({ length: MOST }, (_, n) => items[Math.floor(start + n * gap)]);
}
