import { counted, percent, plain, signed } from "../report-page/numbers.ts";
import type { TransferComparisonResults } from "../transfer-comparison/results.ts";
import type { Answer, AnswerRow, Answers } from "./answers.ts";
import { type Estimate, signOf } from "./estimate.ts";
import type { TransferStatistics } from "./transfer-statistics.ts";

/** The answer in sentences, the first of which answers what the comparison was made for, whatever the answer is. */
export function answerSentences(
  { targets }: Pick<TransferComparisonResults, "targets">,
  { answers }: Pick<TransferStatistics, "answers">,
): readonly string[] {
  if (answers === null) return ["Nothing is answered yet: no fine-tuning is finished."];
  const { asked, over } = answers;
  const [all] = over;
  const score = scoreName(targets);
  const sentences = [
    ...(asked.includes("independentOverScratch") ? [openQuestion(answers, all, score)] : []),
    ...(asked.includes("independentOverRandAug") ? [learnedOrRandom(all)] : []),
    ...(asked.includes("independentOverScratch") && asked.includes("supervisedOverScratch") ? [shareText(all)] : []),
    ...(asked.includes("domainsOverScratch") ? domainsText(answers, score) : []),
  ];
  return sentences.length > 0
    ? sentences
    : ["No question is answered: neither `independent` nor `domains` stands beside `scratch` in this comparison."];
}

function openQuestion({ labeled }: Answers, { contrasts }: AnswerRow, score: string): string {
  const { estimate, targets } = contrasts.independentOverScratch;
  const what = "pretraining on examples synthesized from one atlas a domain";
  const over = meanOver(targets);
  const cases = counted(labeled, "labeled case");
  if (estimate === null) {
    return `Whether ${what} helps is not established: no target has test scores of both arms with ${cases} yet.`;
  }
  const size = plain(Math.abs(estimate.value));
  switch (signOf(estimate)) {
    case "above":
      return `Yes, ${what} helps: with ${cases} it ends ${size} above training from scratch in ${score} (${intervalText(estimate)}), ${over}.`;
    case "below":
      return `No, ${what} does harm: with ${cases} it ends ${size} below training from scratch in ${score} (${intervalText(estimate)}), ${over}.`;
    default:
      return `It is not established that ${what} helps: with ${cases} it differs from training from scratch by ${signed(estimate.value)} in ${score} (${intervalText(estimate)}), ${over}.`;
  }
}

function learnedOrRandom({ contrasts }: AnswerRow): string {
  const { estimate, targets } = contrasts.independentOverRandAug;
  if (estimate === null) return "Learned against random transforms: not established, for want of test scores of both.";
  const verdict = {
    above: "Learned transforms are better than random ones of the same atlases",
    below: "Learned transforms are worse than random ones of the same atlases",
    "not established": "That learned transforms are better than random ones of the same atlases is not established",
  }[signOf(estimate)];
  return `${verdict}: independent minus rand-aug is ${signed(estimate.value)} (${intervalText(estimate)}), ${meanOver(targets)}.`;
}

function shareText({ contrasts, share }: AnswerRow): string {
  const gain = contrasts.supervisedOverScratch.estimate;
  if (gain === null) return "What the real labels of the same domains gain is not known yet.";
  const bound = `The real labels of the same domains gain ${signed(gain.value)} over scratch (${intervalText(gain)}), ${meanOver(contrasts.supervisedOverScratch.targets)}`;
  if (signOf(gain) !== "above") return `${bound}: not established, so there is no share of it to speak of.`;
  if (share.estimate === null) return `${bound}.`;
  return `${bound}; the synthesized examples give ${percent(share.estimate.value)} of that (${shareInterval(share.estimate)}).`;
}

function domainsText({ labeled, each, over }: Answers, score: string): string[] {
  const known = each.filter(({ contrasts }) => contrasts.domainsOverScratch.estimate !== null);
  const of = (sign: ReturnType<typeof signOf>): readonly AnswerRow[] =>
    known.filter(({ contrasts }) => signOf(contrasts.domainsOverScratch.estimate) === sign);
  const [above, below, open] = [of("above"), of("below"), of("not established")];
  const what = "Pretraining on the real labels of all domains (Med3D)";
  if (known.length === 0)
    return [`${what} beside scratch: not established, no target has test scores of both arms yet.`];
  const others = [
    below.length === 0 ? "" : `below scratch on ${named(below)}`,
    open.length === 0 ? "" : `not established on ${named(open)}`,
  ].filter((text) => text !== "");
  const first = `${what} is above training from scratch with ${counted(labeled, "labeled case")}, with an interval above 0, on ${above.length} of ${counted(known.length, "target")}${above.length === 0 ? "" : `: ${named(above)}`}${others.length === 0 ? "" : `; ${others.join("; ")}`}.`;
  const { estimate, targets } = over[0].contrasts.domainsOverScratch;
  if (known.length < 2 || estimate === null) return [first];
  const verdict = signOf(estimate) === "not established" ? "; not established" : "";
  return [
    first,
    `Its difference in ${score} is ${signed(estimate.value)} (${intervalText(estimate)}${verdict}), ${meanOver(targets)}.`,
  ];
}

/** "hippocampus +0.031 (+0.010 to +0.052)" for each target. */
function named(rows: readonly AnswerRow[]): string {
  return rows
    .map(({ title, contrasts }) => {
      const { estimate } = contrasts.domainsOverScratch;
      const range = estimate?.interval ?? null;
      const bounds = range === null ? "no interval" : `${signed(range.low)} to ${signed(range.high)}`;
      return `${title} ${signed(estimate?.value ?? null)} (${bounds})`;
    })
    .join(", ");
}

/** What a difference is in: targets of both tasks have scores of two kinds. */
function scoreName(targets: TransferComparisonResults["targets"]): string {
  const tasks = new Set(targets.map(({ task }) => task));
  if (tasks.size > 1) return "mean Dice or AUC";
  return tasks.has("classification") ? "AUC" : "mean Dice";
}

function meanOver(targets: Answer["targets"]): string {
  return targets.length === 1 ? `on the one target ${targets[0]}` : `mean over ${targets.length} targets`;
}

/** "95 % interval +0.010 to +0.052", with spaces that do not break. */
export function intervalText({ interval }: Pick<Estimate, "interval">): string {
  return interval === null ? "no interval" : `95\u00a0% interval ${signed(interval.low)} to ${signed(interval.high)}`;
}

/** "95 % interval 20 % to 80 %". */
export function shareInterval({ interval }: Pick<Estimate, "interval">): string {
  return interval === null ? "no interval" : `95\u00a0% interval ${percent(interval.low)} to ${percent(interval.high)}`;
}
