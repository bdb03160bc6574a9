import { counted } from "../report-page/numbers.ts";
import type { TransferComparisonResults } from "../transfer-comparison/results.ts";
import type { CellRow } from "./cell-rows.ts";
import { chosenRuns, sizeTitle } from "./chosen-runs.ts";
import type { TargetStatistics } from "./transfer-statistics.ts";

/** Too few test cases for an interval that can be trusted. */
const FEW = 10;

/** What is not finished, and what the numbers cannot say. */
export function statisticsNotes(
  { arms }: TransferComparisonResults,
  targets: readonly TargetStatistics[],
  labeled: number | null,
): string[] {
  const rows = targets.flatMap((one) => one.rows);
  const seeds = Math.max(0, ...rows.map((row) => row.seeds.length));
  const sweeps = targets.flatMap((one) => one.sweeps);
  const atEdge = sweeps.filter(({ isAtEdge }) => isAtEdge).length;
  return [
    arms.some(({ name }) => name === "scratch")
      ? ""
      : "No arm from scratch is finished, so there is nothing to compare the others with.",
    ...targets.flatMap((one) => missingNotes(one, seeds)),
    labeled === null ? "" : sizeNote(targets, labeled),
    seeds === 1 ? "One seed: how much another one would change is not known." : "",
    ...targets.flatMap(({ target }) => {
      const { name, cases, folds } = target;
      const tested = folds > 1 ? 0 : cases.test;
      return tested > 0 && tested < FEW
        ? [`${name} has ${counted(tested, "test case")}: its intervals may be too narrow.`]
        : [];
    }),
    atEdge === 0
      ? ""
      : `In ${atEdge} of ${counted(sweeps.length, "sweep")} the chosen learning rate is the smallest or the largest that was tried: a better one may lie outside.`,
  ].filter((note) => note !== "");
}

/** A sentence a target on each kind of thing that is not there. */
function missingNotes({ target, rows }: TargetStatistics, seeds: number): string[] {
  const named = (some: readonly CellRow[]): string =>
    [...new Set(some.map(({ labeled }) => labeled))]
      .map((labeled) => {
        const own = some.filter((row) => row.labeled === labeled);
        return `${own.map(({ arm }) => arm.title).join(", ")} with ${sizeTitle(own[0])}`;
      })
      .join("; ");
  const said = (some: readonly CellRow[], text: (names: string) => string): string =>
    some.length === 0 ? "" : `${target.name}: ${text(named(some))}.`;
  const there = rows.filter(({ cell }) => cell !== null);
  if (there.length === 0) return [`${target.name}: nothing is finished.`];
  return [
    said(
      rows.filter(({ cell }) => cell === null),
      (names) => `not finished: ${names}`,
    ),
    said(
      there.filter((row) => row.seeds.length > 0 && row.seeds.length < seeds),
      (names) => `fewer than ${seeds} seeds are finished of ${names}`,
    ),
    said(
      there.filter(({ overScratch }) => overScratch !== null && overScratch.seeds.length === 0),
      (names) => `no seed in common with scratch, so each is averaged over its own: ${names}`,
    ),
    said(
      there.filter(({ cell }) => cell !== null && chosenRuns(cell).some(({ diverged }) => diverged === true)),
      (names) =>
        `training diverged with the chosen learning rate in at least one run of ${names}; its test cases count as missed`,
    ),
  ].filter((note) => note !== "");
}

function sizeNote(targets: readonly TargetStatistics[], labeled: number): string {
  const without = targets.filter(({ rows }) => rows.length > 0 && !rows.some((row) => row.labeled === labeled));
  return without.length === 0
    ? ""
    : `Without results for ${labeled} labeled cases, and so in no answer above: ${without.map(({ target }) => target.name).join(", ")}.`;
}
