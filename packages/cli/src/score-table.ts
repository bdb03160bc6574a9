import type { RunResult } from "@voxelsmith/core";

/** The outcome for people: the table, and where to look. */
export function scoreTable({ scores, table }: RunResult, folder: string): string {
  const text = scores.length === 0 ? "Done; nothing to score, because no test scan has labels." : table;
  return `${text.trimEnd()}\nEverything lies in ${folder}.`;
}
