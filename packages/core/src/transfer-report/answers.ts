import type { TransferArm, TransferComparisonResults, TransferTarget } from "../transfer-comparison/results.ts";
import { cellOf } from "./cell-rows.ts";
import { commonCases, mainMeasure } from "./common-cases.ts";
import { type Compared, difference, shareOfGain } from "./contrast.ts";
import type { Estimate } from "./estimate.ts";

/** Differences that the report is about, by the arms they take: the first minus the second. */
export const CONTRASTS = {
  independentOverScratch: ["independent", "scratch"],
  independentOverRandAug: ["independent", "rand-aug"],
  randAugOverScratch: ["rand-aug", "scratch"],
  supervisedOverScratch: ["supervised", "scratch"],
  domainsOverScratch: ["domains", "scratch"],
} as const;
export type Contrast = keyof typeof CONTRASTS;

/** A difference, or share, and over which targets it could be taken. */
export interface Answer {
  readonly estimate: Estimate | null;
  readonly targets: readonly string[];
}

/** The answers for one target, or for several together. */
export interface AnswerRow {
  readonly title: string;
  /** One where the row is that of one target. */
  readonly targets: number;
  readonly contrasts: Readonly<Record<Contrast, Answer>>;
  /** (independent - scratch) / (supervised - scratch). */
  readonly share: Answer;
}

/** What a comparison answers with one number of labeled cases. */
export interface Answers {
  readonly labeled: number;
  /** All targets; then those of each task, where there are both. */
  readonly over: readonly AnswerRow[];
  readonly each: readonly AnswerRow[];
  /** Contrasts whose two arms are both in the comparison. */
  readonly asked: readonly Contrast[];
}

/** The number of labeled cases that answers are given for. */
const WANTED = 5;

/** Five, or the number nearest to it that any target has; null where nothing is finished. */
export function answeredSize(targets: readonly TransferTarget[]): number | null {
  const sizes = targets.flatMap(({ cells }) => cells.map(({ labeled }) => labeled));
  const far = (labeled: number): number => Math.abs(Math.log(labeled / WANTED));
  return sizes.length === 0 ? null : sizes.reduce((best, labeled) => (far(labeled) < far(best) ? labeled : best));
}

/** @param seed of the bootstrap */
export function answersOf(
  { targets, arms }: Pick<TransferComparisonResults, "targets" | "arms">,
  labeled: number,
  seed: number,
): Answers {
  const has = (name: string): boolean => arms.some((arm: TransferArm) => arm.name === name);
  const asked = (Object.keys(CONTRASTS) as Contrast[]).filter((contrast) => CONTRASTS[contrast].every(has));
  const row = (title: string, over: readonly TransferTarget[]): AnswerRow => answerRow(title, over, labeled, seed);
  const tasks = [
    { title: "segmentation targets (Dice)", own: targets.filter(({ task }) => task === "segmentation") },
    { title: "classification targets (AUC)", own: targets.filter(({ task }) => task === "classification") },
  ];
  const isMixed = tasks.every(({ own }) => own.length > 0);
  return {
    labeled,
    asked,
    over: [
      row("all targets", targets),
      ...(isMixed ? tasks.filter(({ own }) => own.length > 1).map(({ title, own }) => row(title, own)) : []),
    ],
    each: targets.map((target) => row(target.name, [target])),
  };
}

function answerRow(title: string, over: readonly TransferTarget[], labeled: number, seed: number): AnswerRow {
  const of = (names: readonly string[], take: (compared: readonly Compared[]) => Estimate | null): Answer => {
    const compared = over.flatMap((target) => comparable(target, names, labeled));
    return { estimate: take(compared), targets: compared.map(({ target }) => target.name) };
  };
  const contrast = (name: Contrast): Answer => of(CONTRASTS[name], (compared) => difference(compared, seed));
  return {
    title,
    targets: over.length,
    contrasts: {
      independentOverScratch: contrast("independentOverScratch"),
      independentOverRandAug: contrast("independentOverRandAug"),
      randAugOverScratch: contrast("randAugOverScratch"),
      supervisedOverScratch: contrast("supervisedOverScratch"),
      domainsOverScratch: contrast("domainsOverScratch"),
    },
    share: of(["scratch", "independent", "supervised"], (compared) => shareOfGain(compared, seed)),
  };
}

/** The target with the cells of these arms, where it has all of them and they have test cases in common. */
function comparable(target: TransferTarget, names: readonly string[], labeled: number): Compared[] {
  const cells = names.flatMap((name) => cellOf(target, name, labeled) ?? []);
  const isWhole = cells.length === names.length && commonCases(target, cells, mainMeasure(target)).ids.length > 0;
  return isWhole ? [{ target, cells }] : [];
}
