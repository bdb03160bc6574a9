import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { counted, NONE, plain } from "../../report-page/numbers.ts";
import type { TransferArm } from "../../transfer-comparison/results.ts";
import { type ConvergenceRow, GOALS, type GoalReached, ratioOverTargets } from "../convergence.ts";
import type { MeanInterval } from "../mean-interval.ts";
import type { TransferStatistics } from "../transfer-statistics.ts";

/** How much sooner arms reach what scratch ends at: the paper's claim of faster convergence, measured. */
export function convergenceSection({ convergence, answers }: TransferStatistics, steps: number): Markup {
  if (convergence.length === 0 || answers === null) return NOTHING;
  const never = convergence.flatMap(neverText);
  return html`<h2>Steps until an arm reaches what scratch ends at</h2>
${dataTable({
  caption: html`Steps with ${counted(answers.labeled, "labeled case")} until the validation score first reaches 95\u00a0% and 100\u00a0% of the score at which scratch ends after ${steps.toLocaleString("en-US")} steps, seed by seed, and how many times fewer that is than for scratch itself (geometric mean over seeds, Student's 95\u00a0% interval).
For an AUC the 95\u00a0% are counted from 0.5, where chance lies. Steps are as fine as the distance between two validations. “≤”: a seed that never gets there counts as if it did at its last step, so the ratio is at most this.`,
  head: [
    ...["arm", "steps to 95\u00a0%, by seed", "times faster, interval"],
    ...["steps to 100\u00a0%, by seed", "times faster, interval"],
  ],
  rows: [...overTargets(convergence), ...byTarget(convergence)],
})}
<p>${never.length === 0 ? "Every arm got there with every seed." : `Never within the training: ${never.join("; ")}.`}</p>`;
}

type Row = { readonly cells: Markup; readonly className?: string };

function overTargets(rows: readonly ConvergenceRow[]): Row[] {
  const arms = armsOf(rows);
  if (new Set(rows.map(({ target }) => target)).size < 2) return [];
  const lines = arms.map((arm): Row => {
    const cells = GOALS.map((share) => {
      const over = ratioOverTargets(rows, arm.name, share);
      const count = over === null ? NONE : counted(over.targets, "target");
      return html`<td>${count}</td><td>${over === null ? NONE : ratioCell(over, over.never > 0)}</td>`;
    });
    return { cells: html`<th scope="row">${arm.title}</th>${cells}` };
  });
  return [groupRow("all targets, geometric mean, interval over targets"), ...lines];
}

function byTarget(rows: readonly ConvergenceRow[]): Row[] {
  return rows.flatMap((row, index): Row[] => {
    const cells = row.goals.map((goal) => {
      const steps = goal.seeds.map(({ own }) => own ?? "never").join(" / ");
      const isScratch = row.arm.name === "scratch" || goal.ratio === null;
      return html`<td>${steps === "" ? NONE : steps}</td><td>${isScratch ? NONE : ratioCell(goal.ratio, goal.never > 0)}</td>`;
    });
    const line = { cells: html`<th scope="row">${row.arm.title}</th>${cells}` };
    return rows[index - 1]?.target === row.target ? [line] : [groupRow(row.target.name), line];
  });
}

function groupRow(title: string): Row {
  return { cells: html`<th scope="rowgroup" colspan="5">${title}</th>`, className: "group" };
}

/** Arms beside scratch, in the order of the report. */
function armsOf(rows: readonly ConvergenceRow[]): readonly TransferArm[] {
  return [...new Map(rows.map(({ arm }) => [arm.name, arm])).values()].filter(({ name }) => name !== "scratch");
}

function ratioCell({ mean, interval }: MeanInterval, isAtMost: boolean): Markup {
  const range = interval === null ? "no interval" : `${plain(interval.low, 2)} to ${plain(interval.high, 2)}`;
  return html`${isAtMost ? "≤ " : ""}${plain(mean, 2)}<span class="small">${range}</span>`;
}

function neverText({ target, arm, goals }: ConvergenceRow): string[] {
  return goals.flatMap(({ share, never, seeds }: GoalReached) =>
    never === 0
      ? []
      : [
          `${arm.title} on ${target.name}, ${Math.round(100 * share)}\u00a0%: ${never} of ${counted(seeds.length, "seed")}`,
        ],
  );
}
