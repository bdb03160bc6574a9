import type { TransferCell, TransferRun } from "../transfer-comparison/results.ts";

/** The runs of a cell that count: those with the learning rate that the validation cases chose. */
export function chosenRuns({ runs, learningRate }: TransferCell): readonly TransferRun[] {
  return runs.filter((run) => run.learningRate === learningRate);
}

/** Seeds of the runs that count, rising. */
export function seedsOf(cell: TransferCell): readonly number[] {
  return [...new Set(chosenRuns(cell).map(({ seed }) => seed))].sort((a, b) => a - b);
}

/** "5 labeled cases", "all 35 labeled cases". */
export function sizeTitle({ labeled, isAll }: Pick<TransferCell, "labeled" | "isAll">): string {
  return `${isAll ? "all " : ""}${labeled} labeled case${labeled === 1 ? "" : "s"}`;
}

/** Runs in groups of one seed, or of one fold, in the order in which they first come. */
export function groupRuns<T extends Pick<TransferRun, "seed" | "fold">>(
  runs: readonly T[],
  by: "seed" | "fold",
): readonly (readonly T[])[] {
  return [...new Set(runs.map((run) => run[by]))].map((value) => runs.filter((run) => run[by] === value));
}
