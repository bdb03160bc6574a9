import { InputError } from "../errors.ts";
import { nearMatches } from "./near-matches.ts";

/**
 * The ids whose labels may be used: those asked for, or all of them, else the first candidate.
 * @param candidates labeled cases that may be an atlas, best first
 * @throws InputError for an id that the data set does not have, with the ids that come near
 */
export function chooseAtlases(
  wanted: readonly string[] | "all" | undefined,
  candidates: readonly string[],
  dataset: string,
): readonly string[] {
  if (candidates.length === 0) {
    throw new InputError({
      subject: dataset,
      expected: "at least one labeled case to be the atlas",
      got: "none",
      todo: "Put one scan with its label map among the training cases.",
    });
  }
  if (wanted === "all") return candidates;
  if (wanted === undefined || wanted.length === 0) return [candidates[0]];
  for (const id of wanted) {
    if (candidates.includes(id)) continue;
    const near = nearMatches(id, candidates);
    throw new InputError({
      subject: `--atlas ${id}`,
      expected: `the id of a labeled training case of ${dataset}`,
      got: "an id that is not there",
      todo:
        near.length > 0
          ? `Did you mean ${near.join(", ")}?`
          : `Its first ids are ${candidates.slice(0, 3).join(", ")}.`,
    });
  }
  return [...new Set(wanted)];
}
