import type { ComparisonResults } from "../../compare/results.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { counted, interval, percent, plain, signed } from "../../report-page/numbers.ts";
import type { ArmRow, ComparisonStatistics } from "../comparison-statistics.ts";
import { type OrderStep, PAPER_ORDER, type PaperOrder } from "../paper-order.ts";

/** What won, by how much, how sure that is, and whether the paper's order holds: in plain words. */
export function summary({ dataset }: ComparisonResults, statistics: ComparisonStatistics): Markup {
  const { rows, order, bestOneLabel, untrained } = statistics;
  return html`<section class="summary" aria-label="Summary">
${untrained === null ? NOTHING : html`<p><strong>Trained too little to compare.</strong> ${untrained}</p>`}
${bestOneLabel === null ? html`<p>No arm of this comparison used the labels of one scan only.</p>` : winner(bestOneLabel, rows)}
${orderText(order)}
<p>${missedText(rows)}</p>
${fewScans(dataset.scans.test)}
</section>`;
}

/** What few test scans can and cannot say. */
function fewScans(count: number): Markup {
  if (count >= 10) return NOTHING;
  return count < 2
    ? html`<p>One test scan says nothing about others: there are no intervals and no tests.</p>`
    : html`<p>With ${count} test scans, intervals are wide and may be too narrow still: read small differences with care.</p>`;
}

function winner(best: ArmRow, rows: readonly ArmRow[]): Markup {
  const { arm, dice, gain, gapShare } = best;
  const supervised = rows.find((row) => row.arm.name === "supervised");
  const lead = html`<p><strong>Best with one labeled scan: ${arm.title}</strong>, with a mean Dice of ${plain(dice.mean)} over ${counted(dice.n, "test scan")}.`;
  const over =
    arm.name === "sas"
      ? html` No other arm with one labeled scan is above it.`
      : gain === null
        ? NOTHING
        : html` That is ${signed(gain.mean)} over SAS (${gain.n < 2 ? "" : "95\u00a0% interval "}${interval(gain)}), with more on ${gain.better} of ${counted(gain.n, "scan")}.${gain.low <= 0 ? " The interval has 0 in it: this may be chance." : ""}`;
  const share =
    gapShare === null
      ? NOTHING
      : html` It closes ${percent(gapShare.share)} of the gap between SAS and supervised${gapShare.low === null ? "" : ` (95\u00a0% interval ${percent(gapShare.low)} to ${percent(gapShare.high)})`}.`;
  const bound =
    supervised === undefined || supervised.dice.mean === null
      ? NOTHING
      : html` With all ${supervised.arm.labeledScans} labels, supervised reaches ${plain(supervised.dice.mean)}.`;
  return html`${lead}${over}${share}${bound}</p>`;
}

function orderText({ holds, missing, steps }: PaperOrder): Markup {
  const order = Object.values(PAPER_ORDER).join(" < ");
  const lacks = missing.length === 0 ? "" : ` (not run here: ${missing.map((name) => PAPER_ORDER[name]).join(", ")})`;
  if (holds === null) return html`<p>Whether the paper's order ${order} holds cannot be said${lacks}.</p>`;
  const verdict = holds ? "holds here" : "does not hold here";
  const part = missing.length === 0 ? "" : " as far as it was run,";
  return html`<p><strong>The paper's order</strong>, ${order},${part} <strong>${verdict}</strong> in mean Dice${lacks}:</p>
<ul>${steps.map(stepText)}</ul>`;
}

function stepText({ lower, upper, gain }: OrderStep): Markup {
  const sure =
    gain.low > 0 || gain.high < 0 ? "" : ": the interval has 0 in it, so the order of these two is not certain";
  const against = gain.n > 1 && gain.high < 0 ? ": against the paper's order" : "";
  return html`<li>${upper.title} minus ${lower.title}: ${signed(gain.mean)} (${interval(gain)}, ${counted(gain.n, "scan")})${sure}${against}.</li>`;
}

function missedText(rows: readonly ArmRow[]): string {
  const missing = rows.filter(({ counts }) => counts.missed > 0);
  if (missing.length === 0) return "No arm missed a label.";
  const each = missing.map(({ arm, counts }) => `${arm.title} ${counts.missed} of ${counts.missed + counts.found}`);
  return `Labels missed altogether (each counts as Dice 0): ${each.join(", ")}.`;
}
