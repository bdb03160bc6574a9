import { MOST_MARKED } from "../../report-page/charts/arm-marks.ts";
import { gainBoxes } from "../../report-page/charts/gain-boxes.ts";
import { learningCurves } from "../../report-page/charts/learning-curves.ts";
import { figure } from "../../report-page/figure.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { counted } from "../../report-page/numbers.ts";
import type { TransferTarget } from "../../transfer-comparison/results.ts";
import { type ScoreCurve, scoreByLabels } from "../charts/score-by-labels.ts";
import { sizeTitle } from "../chosen-runs.ts";
import { seedCurves } from "../mean-curve.ts";
import type { TargetStatistics, TransferStatistics } from "../transfer-statistics.ts";
import { targetTable } from "./target-table.ts";

/** Target by target: what it is, its table, its charts. */
export function targetsSection({ targets, answers }: TransferStatistics): Markup {
  return html`<h2>Target by target</h2>
${targets.map((one) => targetSection(one, answers?.labeled ?? null))}`;
}

function targetSection(own: TargetStatistics, labeled: number | null): Markup {
  const { target, rows } = own;
  const has = rows.some(({ cell }) => cell !== null);
  return html`<section><h3>${target.name}</h3>
<p>${describe(target)}</p>
${has ? html`${targetTable(own)}${scoreChart(own)}${labeled === null ? NOTHING : html`${curveChart(own, labeled)}${gainChart(own, labeled)}`}` : html`<p>Nothing is finished.</p>`}
</section>`;
}

function describe({ task, classes, cases, folds, leftOut }: TransferTarget): string {
  const kind = task === "segmentation" ? "Segmentation" : "Classification";
  const split = `${cases.training} training, ${cases.validation} validation and ${counted(cases.test, "test case")}`;
  const rounds = folds > 1 ? `${folds}-fold cross-validation, each fold with ${split}` : split;
  const without =
    leftOut.length === 0
      ? "No domain of the pretraining is this target."
      : `Pretraining left out: ${leftOut.join(", ")}.`;
  return `${kind} of ${classes.join(", ")}; ${rounds}. ${without}`;
}

function scoreName({ task }: TransferTarget): string {
  return task === "segmentation" ? "mean Dice" : "area under the ROC curve";
}

function scoreChart({ target, rows }: TargetStatistics): Markup {
  const titles = [...new Set(rows.map(({ arm }) => arm.title))].slice(0, MOST_MARKED);
  const curves = titles.map((title): ScoreCurve => {
    const points = rows.flatMap(({ arm, score, labeled }) =>
      arm.title !== title || score === null
        ? []
        : [{ labeled, score: score.value, ...(score.interval ?? { low: score.value, high: score.value }) }],
    );
    return { title, points };
  });
  if (curves.every(({ points }) => points.length === 0)) return NOTHING;
  const last = rows.find(({ isAll }) => isAll)?.labeled ?? null;
  return figure(
    scoreByLabels(curves, scoreName(target), last),
    `${target.name}: score on the test cases against the number of labeled cases, with 95\u00a0% intervals over test cases. Arms stand a little apart so that all can be seen. Arms are paired, so their differences are surer than these intervals look.`,
  );
}

function curveChart({ target, rows }: TargetStatistics, labeled: number): Markup {
  const arms = rows.flatMap(({ arm, cell }) => {
    if (cell === null || cell.labeled !== labeled) return [];
    const seeds = seedCurves(cell).map(({ points }) => points.map(({ step, score }) => ({ step, value: score })));
    return seeds.some((curve) => curve.length > 1) ? [{ title: arm.title, seeds }] : [];
  });
  if (arms.length === 0) return NOTHING;
  const folded = target.folds > 1 ? ", the mean of the folds" : "";
  return figure(
    learningCurves(arms, { label: "validation score", logarithmic: false, othersBehind: true }),
    `${target.name}, ${sizeAt(rows, labeled)}: validation score (${scoreName(target)}) against the training step, each arm at its chosen learning rate, a line for each seed${folded}; the other arms in gray.`,
  );
}

function gainChart({ target, rows }: TargetStatistics, labeled: number): Markup {
  const gains = rows.flatMap(({ arm, overScratch, labeled: own }) => {
    if (own !== labeled || overScratch === null || overScratch.cases.length === 0) return [];
    const values = overScratch.cases.map(({ gain }) => gain);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ title: arm.title, mean, gains: values }];
  });
  if (gains.length === 0) return NOTHING;
  const what = target.task === "segmentation" ? "mean Dice" : "probability of the true class";
  const chart = gainBoxes(gains, {
    description: `Box plot of the difference to scratch in ${what}, a row for each arm.`,
    label: `${what} minus that of scratch, one dot for each test case`,
  });
  return figure(
    chart,
    `${target.name}, ${sizeAt(rows, labeled)}: difference to scratch, test case by test case, each the mean over seeds. Box: quartiles and median; whiskers: the farthest case within 1.5 quartile ranges; number: the mean. Right of the dashed line an arm is better than scratch.`,
  );
}

function sizeAt(rows: TargetStatistics["rows"], labeled: number): string {
  const row = rows.find((one) => one.labeled === labeled);
  return row === undefined ? "" : sizeTitle(row);
}
