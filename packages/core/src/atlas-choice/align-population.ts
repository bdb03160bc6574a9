import { InputError } from "../errors.ts";
import type { Placed } from "../prepare/align.ts";
import { createScanAligner } from "../prepare/align-scan.ts";
import type { Plan } from "../prepare/plan.ts";
import { stepMeter } from "../run/progress.ts";
import { type Affine, affineDeterminant, identityAffine, isInvertible } from "../volume/affine.ts";
import type { Volume } from "../volume/volume.ts";
import type { LeftOutScan } from "./atlas-ranking.ts";
import type { ChooseAtlasRequest } from "./choose-atlas.ts";
import { type AlignedScan, centerAlignments, createRunningAverage } from "./population-average.ts";
import type { ReadableScan } from "./read-population.ts";
import type { ScanReader } from "./scan-reader.ts";

/** All scans on one grid, aligned to their own average. */
export interface AlignedPopulation {
  readonly plan: Plan;
  /** Those to compare with, and the candidates. */
  readonly scans: readonly (ReadableScan & AlignedScan)[];
  /** 1 for each voxel of the grid that at least half of the scans cover. */
  readonly region: Float32Array;
  readonly leftOut: readonly LeftOutScan[];
}

/** A head of three times another's volume is no head of the same kind, or was not found. */
const LARGEST_RATIO = 3;

/**
 * Aligns the scans that stand for the population to the first candidate, averages them in the pose and size that are
 * the mean of all, and aligns these and the candidates to the average: that the first candidate was the first does not
 * show in the result.
 */
export async function alignPopulation(
  request: ChooseAtlasRequest,
  plan: Plan,
  { candidates, others }: { readonly candidates: readonly ReadableScan[]; readonly others: readonly ReadableScan[] },
  read: ScanReader,
): Promise<AlignedPopulation> {
  const [first] = candidates;
  const leftOut: LeftOutScan[] = [];
  const whole = createRunningAverage(plan);
  whole.add(await read(first), first.id, identityAffine());
  const once = await alignAll("align", whole.average(), others);
  const centered = centerAlignments(plan.reference, once);
  const average = createRunningAverage(plan);
  for (const scan of once) {
    request.signal.throwIfAborted();
    average.add(await read(scan), scan.id, centered.get(scan.id) ?? identityAffine());
  }
  const target = average.average();
  const further = candidates.filter(({ id }) => others.every((other) => other.id !== id));
  const scans = await alignAll("align again", target, [...once, ...further]);
  return { plan, scans, region: target.inside, leftOut };

  async function alignAll(
    stage: string,
    atlas: Placed,
    some: readonly ReadableScan[],
  ): Promise<readonly (ReadableScan & AlignedScan)[]> {
    const aligner = await createScanAligner(plan, atlas, request.prepare, request);
    const aligned: (ReadableScan & AlignedScan)[] = [];
    const meter = stepMeter(stage, some.length);
    try {
      for (const [index, scan] of some.entries()) {
        request.signal.throwIfAborted();
        const found = await tryToAlign(
          () => read(scan),
          (volume) => aligner.align(volume, scan.id),
        );
        if (found.alignment === undefined) leftOut.push({ id: scan.id, image: scan.image, why: found.why });
        else aligned.push({ ...scan, alignment: found.alignment });
        request.emit(meter(index + 1));
      }
    } finally {
      await aligner.dispose();
    }
    return aligned;
  }
}

type Attempt = { readonly alignment: Affine } | { readonly alignment?: undefined; readonly why: string };

async function tryToAlign(read: () => Promise<Volume>, align: (volume: Volume) => Promise<Affine>): Promise<Attempt> {
  try {
    const alignment = await align(await read());
    const ratio = affineDeterminant(alignment);
    if (isInvertible(alignment) && ratio < LARGEST_RATIO && ratio > 1 / LARGEST_RATIO) return { alignment };
    return { why: `not aligned: it would have ${ratio.toPrecision(2)} times the volume of the others` };
  } catch (error) {
    if (error instanceof InputError) return { why: error.message };
    throw error;
  }
}
