import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { counted } from "../../report-page/numbers.ts";
import type { TransferComparisonResults } from "../../transfer-comparison/results.ts";

/** What is compared, what chooses, what the numbers mean. */
export function methodsSection({ steps, learningRates, settings }: TransferComparisonResults): Markup {
  const rate = encoderRate(settings);
  return html`<h2>Methods</h2>
<p><strong>What is compared.</strong> Start weights of one and the same encoder. Every arm is fine-tuned on the same drawn labeled cases, with the same new layers, for ${steps.toLocaleString("en-US")} steps; arms differ in the encoder's start weights alone. A draw of more labeled cases holds that of fewer, and does not depend on the arm.
A target that is among the domains of the pretraining was left out of it, images and labels.
${rate === null || rate === 1 ? NOTHING : html`In every arm, parameters whose start weights were loaded learn at ${rate} of the learning rate; from scratch there are none, so all of its parameters learn at the full rate.`}</p>
<p><strong>What chooses.</strong> Every arm, target and number of labeled cases has the same sweep of ${counted(learningRates.length, "learning rate")} (${learningRates.join(", ")}) with the first seed; the rate with the best validation score serves the other seeds. Within a training, the step with the best validation score is kept. Validation cases choose rate and step in every arm alike; test cases choose nothing and are scored once.
The published comparison gave pretrained and untrained networks different learning rates; this one does not.</p>
<p><strong>Scores.</strong> Segmentation: Dice of each class that the truth of a test case has, on the scan's own grid, a missed class as 0, mean over classes. Classification: area under the ROC curve (with two classes that of the second one, with more the mean over the classes) and accuracy of the most probable class. A training that diverged counts with its test cases missed.
Several seeds are averaged test case by test case first, so that n is the number of cases. An area has no single cases: it is taken for each network by itself, because probabilities of two networks are not on one scale, and averaged over folds and seeds.</p>
<p><strong>Statistics.</strong> Differences are paired by test case, over the seeds and cases that both arms have. Intervals are 95\u00a0% percentile bootstrap intervals from 10,000 resamples of the test cases, drawn within each target and fold and the same for all arms; for means over targets every target weighs the same and the targets are taken as given.
They tell how a result varies with the test cases, not with the labeled cases drawn, the pretraining or other targets; the sd over seeds tells of the draw and the start. p values are two-sided: paired t-test and Wilcoxon's signed-rank test over test cases for Dice, and for AUC twice the smaller share of resamples on one side of 0; each adjusted by Holm over all differences to scratch of a target.
Where the interval of a difference contains 0, or there is none, this report says “not established”. The folds of a cross-validation share training cases, so their intervals are a little too narrow.
The share of the supervised gain is (independent − scratch) / (supervised − scratch); where more than one resample in forty shows no gain to share, it has no interval.</p>`;
}

function encoderRate(settings: TransferComparisonResults["settings"]): number | null {
  const { transfer } = settings;
  if (typeof transfer !== "object" || transfer === null || !("encoderRate" in transfer)) return null;
  return typeof transfer.encoderRate === "number" ? transfer.encoderRate : null;
}

/** What the report rests on; data sets by name alone, because their authors say how they are cited. */
export function referencesSection({ domains, targets }: TransferComparisonResults): Markup {
  const names = [...new Set([...domains, ...targets].map(({ name }) => name))];
  return html`<h2>References</h2>
<ul>
<li>S. Chen, K. Ma, Y. Zheng: Med3D: transfer learning for 3D medical image analysis. arXiv:1904.00625, 2019. Tables: README of the authors' repository Tencent/MedicalNet.</li>
<li>A. Zhao, G. Balakrishnan, F. Durand, J. V. Guttag, A. V. Dalca: Data augmentation using learned transformations for one-shot medical image segmentation. CVPR 2019, pages 8543–8553.</li>
<li>K. Hara, H. Kataoka, Y. Satoh: Can spatiotemporal 3D CNNs retrace the history of 2D CNNs and ImageNet? CVPR 2018, pages 6546–6555.</li>
<li>B. Efron: Bootstrap methods: another look at the jackknife. The Annals of Statistics 7(1), 1979, pages 1–26.</li>
<li>S. Holm: A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 1979, pages 65–70.</li>
<li>Data: ${names.join(", ")}.</li>
</ul>`;
}
