import type { ComparisonResults } from "../../compare/results.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { counted } from "../../report-page/numbers.ts";
import type { ComparisonStatistics } from "../comparison-statistics.ts";

/** How the numbers came about, and what they mean. */
export function methods(results: ComparisonResults, statistics: ComparisonStatistics): Markup {
  const { dataset, atlas, arms } = results;
  const { scans } = dataset;
  const steps = [...new Set(arms.map((arm) => arm.steps).filter((count) => count > 0))];
  const hasChosen = statistics.rows.some(({ chosenByValidation }) => chosenByValidation !== null);
  return html`<h2>Methods</h2>
<p><strong>Data.</strong> ${dataset.name}: ${counted(scans.training, "labeled training scan")}, ${counted(scans.unlabeled, "scan")} used without labels,
${counted(scans.validation, "validation scan")}, ${counted(scans.test, "test scan")}. Atlas, the one labeled scan of the arms that have one: ${atlas.id}. ${atlas.reason}</p>
<p><strong>Arms and what labels each saw.</strong> Every segmenter is the same network${steps.length === 1 ? ` and was trained for ${steps[0].toLocaleString("en-US")} steps` : ""}; arms differ in what it was trained on.</p>
<dl>${arms.map(
    (
      arm,
    ) => html`<dt>${arm.title}</dt><dd>${sentence(arm.meaning)} Labels of ${counted(arm.labeledScans, "scan")}; ${arm.steps === 0 ? "no segmenter" : `${arm.steps.toLocaleString("en-US")} steps`}.</dd>
`,
  )}</dl>
<p><strong>Choice of the model.</strong> Unless a column says otherwise, no label of a validation or test scan chose the weights that were scored.
${hasChosen ? html`The paper chose its model by validation Dice; the column “Dice with weights that validation labels chose” says what that gives here.` : NOTHING}
Labels of test scans were read for scoring alone.</p>
<p><strong>Scores.</strong> Each test scan was scored on its own grid. Dice is twice the overlap over the sum of both sizes, background left out. A label that was missed, or found where there
is none, counts as Dice 0 and surface Dice 0 and has no distance; a label in neither map is in no mean. HD95 is the 95th percentile of the distances between both surfaces, in both directions. A scan's score is the mean over its labels;
several seeds are averaged scan by scan first, so that n is the number of scans. The sd over scans and labels mixes the spread of both, as in the paper's table.</p>
<p><strong>Statistics.</strong> Gains are paired: an arm minus SAS on the same scan, over the seeds and scans that both have. Intervals are 95\u00a0% percentile bootstrap intervals of the mean over scans, from 10,000 resamples;
they tell how the mean varies with the scans tested, not with the atlas or the seed. p values are two-sided, of the paired t-test and of Wilcoxon's signed-rank test (exact for up to 50 scans without ties, else by the normal curve), adjusted by Holm over all arms but SAS, each test by itself.
Five scans or fewer cannot bring the signed-rank test below 0.05. The share of the gap is (arm − SAS) / (supervised − SAS) in mean Dice, its interval by resampling scans for all three at once; where more than one resample in forty shows no gap, no interval is given.
The best arm was picked after seeing these scores, so its own number leans upward a little.</p>`;
}

function sentence(text: string): string {
  const capital = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
