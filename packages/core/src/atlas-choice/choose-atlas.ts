import type { UnlabeledCase } from "../dataset/manifest.ts";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import type { ReadFile } from "../io/read-scan.ts";
import type { PrepareConfig } from "../prepare/config.ts";
import type { RunConfig } from "../run/config.ts";
import type { StageHooks } from "../run/progress.ts";
import { alignPopulation } from "./align-population.ts";
import { type AtlasRanking, type LeftOutScan, rankCandidates } from "./atlas-ranking.ts";
import { compareCandidates } from "./compare-candidates.ts";
import { populationPlan } from "./population-grid.ts";
import { readPopulation } from "./read-population.ts";
import { createScanReader } from "./scan-reader.ts";
import { standIns } from "./stand-ins.ts";

export interface ChooseAtlasRequest extends StageHooks, Pick<RunConfig, "device" | "threads" | "seed"> {
  /** The scans that the labels will be for: id and image. There is no place for labels, and none can be read. */
  readonly scans: readonly UnlabeledCase[];
  /** Ids of the scans that could be labeled, all of them in `scans`; default: every scan. */
  readonly candidates?: readonly string[] | undefined;
  /** How many atlases are wanted; fewer candidates than that are bad input. Default: 1. */
  readonly count?: number | undefined;
  readonly prepare: PrepareConfig;
  readonly readFile: ReadFile;
}

const FEWEST_SCANS = 3;

/** At least, around the scans' median extent: a run's own grid may be tight, which here would cut what half of the scans show. */
const MARGINS = { voxels: 4, multipleOf: 16 } as const;

/**
 * Ranks scans by how similar they are to the others, from images alone: the first is the one to have labeled. All are
 * aligned (twelve parameters) to their average, then each candidate gets the mean of its squared local correlation
 * (window of 5 voxels) with up to 30 other scans. Zhao et al. 2019 choose their atlas by the same idea.
 *
 * Scans that cannot be read or aligned are named in a warning and in the result, and left out.
 * @throws InputError for fewer than three usable scans, an unknown or double id, more atlases wanted than candidates
 */
export async function chooseAtlas(request: ChooseAtlasRequest): Promise<AtlasRanking> {
  const { scans, emit } = request;
  const count = request.count ?? 1;
  const wanted = request.candidates ?? scans.map(({ id }) => id);
  assertKnown(wanted, scans);
  assertEnough(count, wanted, scans, []);
  const started = performance.now();
  emit({ kind: "stage", stage: "choose-atlas", title: `${wanted.length} candidates among ${scans.length} scans` });
  const leftOut: LeftOutScan[] = [];
  const leave = (some: readonly LeftOutScan[]): void => {
    for (const scan of some) emit({ kind: "warning", text: `${scan.id} is left out. ${scan.why}` });
    leftOut.push(...some);
  };

  const read = createScanReader(scans, request.readFile);
  const { readable, leftOut: unreadable } = await readPopulation(request, read);
  leave(unreadable);
  assertEnough(count, wanted, readable, leftOut);
  const candidates = readable.filter(({ id }) => wanted.includes(id));
  const others = standIns(readable, wanted, request.seed);
  const grids = readable.map(({ grid }) => grid);
  const marginVoxels = Math.max(request.prepare.marginVoxels, MARGINS.voxels);
  const multipleOf = Math.max(request.prepare.multipleOf, MARGINS.multipleOf);
  const first = { id: candidates[0].id, ...candidates[0].grid };
  const plan = populationPlan(first, grids, { ...request.prepare, marginVoxels, multipleOf });
  const population = await alignPopulation(request, plan, { candidates, others }, read);
  leave(population.leftOut);
  assertEnough(count, wanted, population.scans, leftOut);
  const usable = population.scans.map(({ id }) => id);
  const comparedWith = others.map(({ id }) => id).filter((id) => usable.includes(id));
  const scores = await compareCandidates(request, population, { candidates: wanted, others: comparedWith }, read);

  const seconds = (performance.now() - started) / 1000;
  emit({ kind: "done", stage: "choose-atlas", seconds, text: `compared ${scores.length} candidates` });
  const { dims, spacingMm } = plan.reference;
  return { ranking: rankCandidates(scores), comparedWith, leftOut, grid: { dims, spacingMm } };
}

function assertKnown(candidates: readonly string[], scans: readonly UnlabeledCase[]): void {
  const ids = scans.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    const got = scans.filter(({ id }) => id === twice).map(({ image }) => image);
    throw new InputError({
      subject: `case ${twice}`,
      expected: "each id once",
      got: got.join(" and "),
      todo: "Rename one of the files, or leave one out.",
    });
  }
  const unknown = candidates.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  const near = nearMatches(unknown, ids);
  throw new InputError({
    subject: `candidate ${unknown}`,
    expected: "the id of one of the scans",
    got: "an id that is not there",
    todo: near.length > 0 ? `Did you mean ${near.join(", ")}?` : `The first ids are ${ids.slice(0, 3).join(", ")}.`,
  });
}

/** Asked before the work, and again whenever scans had to be left out. */
function assertEnough(
  count: number,
  candidates: readonly string[],
  scans: readonly UnlabeledCase[],
  leftOut: readonly LeftOutScan[],
): void {
  const because = leftOut.length === 0 ? "" : `, with ${leftOut.length} left out, ${leftOut[0].id} for one`;
  if (scans.length < FEWEST_SCANS) {
    throw new InputError({
      subject: "scans to choose from",
      expected: `at least ${FEWEST_SCANS}, because a choice by similarity needs others to be similar to`,
      got: `${scans.length}${because}`,
      todo: leftOut.length === 0 ? "Add scans." : "Add scans, or mend those that the warnings name.",
    });
  }
  const usable = scans.filter(({ id }) => candidates.includes(id)).length;
  if (usable >= count) return;
  throw new InputError({
    subject: `${count} atlases`,
    expected: "at least as many candidates",
    got: `${usable}${because}`,
    todo: "Ask for fewer, or take all scans as candidates.",
  });
}
