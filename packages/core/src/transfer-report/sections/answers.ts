import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { counted, NONE, percent, signed } from "../../report-page/numbers.ts";
import type { TransferComparisonResults } from "../../transfer-comparison/results.ts";
import { answerSentences } from "../answer-text.ts";
import { type Answer, type AnswerRow, CONTRASTS, type Contrast } from "../answers.ts";
import { type Estimate, signOf } from "../estimate.ts";
import type { TransferStatistics } from "../transfer-statistics.ts";

/** The answer in words, and the table of the differences that it rests on. */
export function answersSection(results: TransferComparisonResults, statistics: TransferStatistics): Markup {
  const [first, ...others] = answerSentences(results, statistics);
  return html`<section class="summary" aria-label="Summary">
<p><strong>${first}</strong></p>
${others.map((sentence) => html`<p>${sentence}</p>`)}
</section>
${answersTable(results, statistics)}`;
}

function answersTable({ arms }: TransferComparisonResults, { answers }: TransferStatistics): Markup {
  if (answers === null || answers.asked.length === 0) return NOTHING;
  const { asked, over, each, labeled } = answers;
  const titleOf = (name: string): string => arms.find((arm) => arm.name === name)?.title ?? name;
  const hasShare = asked.includes("independentOverScratch") && asked.includes("supervisedOverScratch");
  const heads = asked.map((name) => CONTRASTS[name].map(titleOf).join(" minus "));
  const several = over.filter(({ targets }) => targets > 1);
  const rows = [...several, ...each].map((row) => ({
    cells: html`<th scope="row">${row.title}</th>${asked.map((name) => differenceCell(row, name))}${hasShare ? html`<td>${shareOf(row.share)}</td>` : NOTHING}`,
    className: row.targets > 1 ? "over" : "",
  }));
  return dataTable({
    caption: html`Differences with ${counted(labeled, "labeled case")}, in mean Dice of a segmentation and in the area under the ROC curve of a classification, with 95\u00a0% bootstrap intervals over test cases.
Bold: the interval lies on one side of 0. ${hasShare ? html`Share: of what the supervised arm gains over scratch, the part that “${titleOf("independent")}” gains.` : NOTHING} These intervals are not adjusted for being several; the p values of the tables below are.`,
    head: ["target", ...heads, ...(hasShare ? ["share of the supervised gain"] : [])],
    rows,
  });
}

function differenceCell({ contrasts, targets }: AnswerRow, name: Contrast): Markup {
  const { estimate, targets: over } = contrasts[name];
  if (estimate === null) return html`<td>${NONE}</td>`;
  const isSure = signOf(estimate) !== "not established";
  const fewer =
    targets > 1 && over.length < targets ? html`<span class="small">of ${over.length} targets</span>` : NOTHING;
  return html`<td class="${isSure ? "best" : ""}">${signed(estimate.value)}<span class="small">${rangeOf(estimate)}</span>${fewer}</td>`;
}

function shareOf({ estimate }: Answer): Markup {
  if (estimate === null) return html`${NONE}`;
  const { interval } = estimate;
  const range = interval === null ? "no interval" : `${percent(interval.low)} to ${percent(interval.high)}`;
  return html`${percent(estimate.value)}<span class="small">${range}</span>`;
}

/** "+0.010 to +0.052". */
export function rangeOf({ interval }: Pick<Estimate, "interval">): string {
  return interval === null ? "no interval" : `${signed(interval.low)} to ${signed(interval.high)}`;
}
