import { createRandom } from "@voxelsmith/engine";
import { placeScan } from "../prepare/align-scan.ts";
import { withCase } from "../prepare/plan.ts";
import { stepMeter } from "../run/progress.ts";
import { affineDeterminant } from "../volume/affine.ts";
import type { AlignedPopulation } from "./align-population.ts";
import type { CandidateScore } from "./atlas-ranking.ts";
import type { ChooseAtlasRequest } from "./choose-atlas.ts";
import { createLocalSimilarity, type LocalMoments } from "./local-similarity.ts";
import type { ScanReader } from "./scan-reader.ts";

/** Edge of the box in voxels: the spatial model of the preset `fast` learns with the same. */
const WINDOW = 5;
/** More scans to compare with would cost time and move the mean little. */
const MOST_OTHERS = 30;

/**
 * The score of each candidate: the mean of its local correlation with the others, over the region that most scans cover.
 * That region is the same for all: a candidate that lacks a part of it shows nothing there, which scores 0.
 */
export async function compareCandidates(
  request: ChooseAtlasRequest,
  population: AlignedPopulation,
  candidateIds: readonly string[],
  read: ScanReader,
): Promise<{ readonly scores: readonly CandidateScore[]; readonly comparedWith: readonly string[] }> {
  const { plan, scans, region } = population;
  const { momentsOf, compare, varianceFloor } = createLocalSimilarity(plan.reference.dims, { window: WINDOW });
  const place = async (scan: (typeof scans)[number]): Promise<{ moments: LocalMoments; inside: Float32Array }> => {
    const { image, inside } = placeScan(await read(scan), withCase(plan, scan.id, scan.alignment), scan.id);
    return { moments: momentsOf(image), inside };
  };
  const candidates = scans.filter(({ id }) => candidateIds.includes(id));
  const others = spread(othersThan(candidateIds, scans), MOST_OTHERS, request.seed);
  const prepared = new Map<string, LocalMoments>();
  const meter = stepMeter("compare", others.length + candidates.length);
  for (const scan of others) {
    request.signal.throwIfAborted();
    prepared.set(scan.id, (await place(scan)).moments);
    request.emit(meter(prepared.size));
  }
  const logSizes = scans.map(({ alignment }) => Math.log(affineDeterminant(alignment)));
  const logMean = logSizes.reduce((sum, size) => sum + size, 0) / scans.length;
  const scores: CandidateScore[] = [];
  for (const candidate of candidates) {
    request.signal.throwIfAborted();
    const { moments, inside } = await place(candidate);
    const similarities = [...prepared]
      .filter(([id]) => id !== candidate.id)
      .map(([, other]) => compare(moments, other, region));
    scores.push({
      id: candidate.id,
      image: candidate.image,
      similarity: similarities.reduce((sum, value) => sum + value, 0) / similarities.length,
      others: similarities.length,
      size: Math.exp(Math.log(affineDeterminant(candidate.alignment)) - logMean),
      cutOff: shareOf(region, (at) => inside[at] === 0),
      empty: shareOf(region, (at) => inside[at] !== 0 && moments.variance[at] <= varianceFloor),
      saturated: candidate.saturated,
    });
    request.emit(meter(others.length + scores.length));
  }
  return { scores, comparedWith: others.map(({ id }) => id) };
}

/**
 * Scans that are no candidates, where there are enough of them: then every candidate is compared with the very same.
 * Else all scans, each candidate with all but itself.
 */
function othersThan<T extends { readonly id: string }>(
  candidateIds: readonly string[],
  scans: readonly T[],
): readonly T[] {
  const apart = scans.filter(({ id }) => !candidateIds.includes(id));
  return apart.length >= MOST_OTHERS ? apart : scans;
}

/** Up to `most` of the items, evenly spaced; the seed says where in the first gap they begin. */
function spread<T>(items: readonly T[], most: number, seed: number): readonly T[] {
  if (items.length <= most) return items;
  const gap = items.length / most;
  const start = createRandom(seed, "atlas-choice").between(0, gap);
  return Array.from({ length: most }, (_, n) => items[Math.floor(start + n * gap)]);
}

function shareOf(region: Float32Array, holds: (at: number) => boolean): number {
  let [count, total] = [0, 0];
  for (let at = 0; at < region.length; at++) {
    if (region[at] === 0) continue;
    total++;
    if (holds(at)) count++;
  }
  return total === 0 ? 0 : count / total;
}
