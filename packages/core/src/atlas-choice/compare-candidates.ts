import { placeScan } from "../prepare/align-scan.ts";
import { type Plan, withCase } from "../prepare/plan.ts";
import { stepMeter } from "../run/progress.ts";
import { affineDeterminant } from "../volume/affine.ts";
import type { AlignedPopulation } from "./align-population.ts";
import type { CandidateScore } from "./atlas-ranking.ts";
import type { ChooseAtlasRequest } from "./choose-atlas.ts";
import { createLocalSimilarity, type LocalMoments } from "./local-similarity.ts";
import type { ReadableScan } from "./read-population.ts";
import type { ScanReader } from "./scan-reader.ts";

/** Edge of the box in voxels: the spatial model of the preset `fast` learns with the same. */
const WINDOW = 5;

interface ComparedScan {
  readonly moments: LocalMoments;
  /** 1 where the scan has voxels and most scans do too. */
  readonly shown: Float32Array;
}

/**
 * The score of each candidate: the mean of its similarity to the others. The similarity of two is their local
 * correlation over the part of the common region that both show, times the share of the other's part that the candidate
 * shows: what it lacks counts 0, and no candidate gains by showing little.
 *
 * Alignment pads with 0, as in a run. Here a scan's last voxels go on instead: the step to 0 is an edge that all scans
 * share and no anatomy, and on crops of 35 voxels it made a quarter of the similarity.
 */
export async function compareCandidates(
  request: ChooseAtlasRequest,
  { plan: aligned, scans, region }: AlignedPopulation,
  ids: { readonly candidates: readonly string[]; readonly others: readonly string[] },
  read: ScanReader,
): Promise<readonly CandidateScore[]> {
  const plan: Plan = { ...aligned, padding: "edge" };
  const { momentsOf, compare, varianceFloor } = createLocalSimilarity(plan.reference.dims, { window: WINDOW });
  const others = scans.filter(({ id }) => ids.others.includes(id));
  const candidates = scans.filter(({ id }) => ids.candidates.includes(id));
  const prepared = new Map<string, ComparedScan>();
  const meter = stepMeter("compare", others.length + candidates.length);
  for (const scan of others) {
    request.signal.throwIfAborted();
    prepared.set(scan.id, await place(scan));
    request.emit(meter(prepared.size));
  }
  const voxels = Math.max(total(region), 1);
  const logSize = ({ alignment }: (typeof scans)[number]): number => Math.log(affineDeterminant(alignment));
  const meanLogSize = mean(scans.map(logSize));
  const scores: CandidateScore[] = [];
  for (const candidate of candidates) {
    request.signal.throwIfAborted();
    const { id, image, saturated } = candidate;
    const one = await place(candidate);
    const rest = [...prepared].filter(([other]) => other !== id).map(([, other]) => other);
    const flat = one.shown.map((shown, at) => (one.moments.variance[at] <= varianceFloor ? shown : 0));
    scores.push({
      id,
      image,
      similarity: mean(rest.map((other) => similarityOf(one, other))),
      others: rest.length,
      size: Math.exp(logSize(candidate) - meanLogSize),
      cutOff: 1 - total(one.shown) / voxels,
      empty: total(flat) / voxels,
      saturated,
    });
    request.emit(meter(others.length + scores.length));
  }
  return scores;

  async function place(scan: ReadableScan & (typeof scans)[number]): Promise<ComparedScan> {
    const { image, inside } = placeScan(await read(scan), withCase(plan, scan.id, scan.alignment), scan.id);
    return { moments: momentsOf(image), shown: region.map((value, at) => value * inside[at]) };
  }

  function similarityOf(one: ComparedScan, other: ComparedScan): number {
    const both = other.shown.map((value, at) => value * one.shown[at]);
    return (compare(one.moments, other.moments, both) * total(both)) / Math.max(total(other.shown), 1);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function total(values: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum;
}
