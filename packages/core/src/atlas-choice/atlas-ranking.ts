import type { UnlabeledCase } from "../dataset/manifest.ts";
import type { Point } from "../volume/affine.ts";
import type { Dims } from "../volume/volume.ts";

/** What was measured of a candidate; every share is 0..1. */
export interface CandidateScore {
  readonly id: string;
  readonly image: string;
  /** Mean squared local correlation with the other scans after affine alignment, 0..1, 1 is best. */
  readonly similarity: number;
  /** How many scans it was compared with. */
  readonly others: number;
  /** Its volume over the (geometric) mean volume of all scans, from the determinants of the alignments. */
  readonly size: number;
  /** Share of the region that most scans show which lies outside of this one. */
  readonly cutOff: number;
  /** Share of that region which it shows without any structure: one intensity in the whole window. */
  readonly empty: number;
  /** Share of its own voxels that have its very highest intensity. */
  readonly saturated: number;
}

/** A candidate with its place said in a sentence. */
export interface RankedCandidate extends CandidateScore {
  readonly reason: string;
}

/** A scan that could not be read or aligned. */
export interface LeftOutScan extends UnlabeledCase {
  readonly why: string;
}

/** Which scan to have labeled: the candidates, best first, and what the choice rests on. */
export interface AtlasRanking {
  readonly ranking: readonly RankedCandidate[];
  /** The scans that stand for the population. A candidate among them is not compared with itself. */
  readonly comparedWith: readonly string[];
  readonly leftOut: readonly LeftOutScan[];
  /** Where the scans were compared. */
  readonly grid: { readonly dims: Dims; readonly spacingMm: Point };
}

/** Beyond these shares and sizes a candidate's sentence names the flaw. The order follows from the similarity alone. */
const WORTH_A_WORD = { cutOff: 0.02, empty: 0.1, saturated: 0.02, small: 0.75, large: 1.33 } as const;

/** The candidates with the highest similarity first; equal ones by id. */
export function rankCandidates(scores: readonly CandidateScore[]): readonly RankedCandidate[] {
  const sorted = [...scores].sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1));
  const range = `${sorted[sorted.length - 1].similarity.toFixed(3)} to ${sorted[0].similarity.toFixed(3)}`;
  return sorted.map((score) => ({ ...score, reason: reasonOf(score, sorted.length > 1 ? range : undefined) }));
}

function reasonOf(score: CandidateScore, range: string | undefined): string {
  const { id, similarity, others, size, cutOff, empty, saturated } = score;
  const among = range === undefined ? "" : ` (range over candidates ${range})`;
  const flaws = [
    ...(size < WORTH_A_WORD.small ? ["unusually small"] : []),
    ...(size > WORTH_A_WORD.large ? ["unusually large"] : []),
    ...(cutOff > WORTH_A_WORD.cutOff ? [`${percent(cutOff)} of what most scans show is cut off`] : []),
    ...(empty > WORTH_A_WORD.empty ? [`${percent(empty)} of it is empty`] : []),
    ...(saturated > WORTH_A_WORD.saturated ? [`${percent(saturated)} of its voxels are saturated`] : []),
  ];
  const sentence = `${id}: mean similarity ${similarity.toFixed(3)} with ${others} other scans${among}`;
  return [`${sentence}; size ${size.toFixed(2)} of the average`, ...flaws].join("; ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
