import { takeLabeled } from "../transfer/draw-split.ts";
import type { ClassificationManifest, SegmentationManifest, TransferManifest } from "../transfer/transfer-manifest.ts";

/** A task that every arm is fine-tuned for. */
export interface ComparisonTarget {
  readonly name: string;
  /** Its training cases are all whose labels may be drawn. */
  readonly manifest: TransferManifest;
  /** 1: the data set's own split; more: so many rounds of a cross-validation over all its cases. */
  readonly folds: number;
  /** Whose image a case is, where the list says so: cases of one subject stay together in folds. */
  readonly subjects: Readonly<Record<string, string>>;
}

/** Ids of one round: whose labels may be drawn, what chooses, what is scored. */
export interface TargetSplit {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/** A case of a target: its id, and the class that draws are balanced over. */
interface Member {
  readonly id: string;
  readonly group: string;
}

/**
 * The rounds of a target. Of K folds, round f tests on fold f, validates on fold f + 1 and may draw from the others, so
 * that every case is tested once. Folds are drawn by seed; the classes are spread over them evenly.
 */
export function splitsOf(target: ComparisonTarget, seed: number): readonly TargetSplit[] {
  const { train, validation, test } = membersOf(target);
  const idsOf = (members: readonly Member[]): string[] => members.map(({ id }) => id);
  if (target.folds === 1) return [{ train: idsOf(train), validation: idsOf(validation), test: idsOf(test) }];
  const all = [...train, ...validation, ...test];
  const folds = foldsOf(all, target, seed);
  const { folds: count } = target;
  return Array.from({ length: count }, (_, round) => {
    const at = (...wanted: readonly number[]): string[] =>
      idsOf(all.filter((_one, index) => wanted.includes(folds[index])));
    const next = (round + 1) % count;
    const others = Array.from({ length: count }, (_fold, fold) => fold).filter(
      (fold) => fold !== round && fold !== next,
    );
    return { train: at(...others), validation: at(next), test: at(round) };
  });
}

/**
 * The labeled cases that a fine-tuning trains on: `count` of the training cases, as many of each class as there are, at
 * least one. A draw of more contains that of fewer. The arm is no part of the draw, so that arms are paired.
 */
export function drawLabeled(
  target: ComparisonTarget,
  train: readonly string[],
  count: number,
  seed: number,
): readonly string[] {
  const groupOf = new Map(allMembers(target).map(({ id, group }) => [id, group]));
  const names = [...new Set(train.map((id) => groupOf.get(id)))].sort();
  const shuffled = names.map((name) =>
    shuffledIds(
      train.filter((id) => groupOf.get(id) === name),
      seed,
    ),
  );
  const longest = Math.max(0, ...shuffled.map(({ length }) => length));
  const rounds = Array.from({ length: longest }, (_, index) => shuffled.flatMap((ids) => ids[index] ?? []));
  return rounds.flat().slice(0, Math.max(count, names.length));
}

/** A number of labeled cases that a target is fine-tuned on. */
export interface LabeledSize {
  readonly labeled: number;
  readonly isAll: boolean;
}

/** What was asked for in the terms of a target, rising, and what differs from what was asked for. */
export function labeledSizes(
  target: ComparisonTarget,
  asked: readonly (number | "all")[],
  seed: number,
): { readonly sizes: readonly LabeledSize[]; readonly notes: readonly string[] } {
  const available = Math.min(...splitsOf(target, seed).map(({ train }) => train.length));
  const classes = new Set(membersOf(target).train.map(({ group }) => group)).size;
  const notes: string[] = [];
  const sizes = new Map<number, LabeledSize>();
  for (const wanted of asked) {
    const labeled = Math.min(wanted === "all" ? available : Math.max(wanted, classes), available);
    if (wanted !== "all" && wanted > available) {
      notes.push(`${target.name}: all ${available} labeled cases in place of ${wanted}, because there are no more`);
    } else if (wanted !== "all" && wanted < classes) {
      notes.push(`${target.name}: ${classes} labeled cases in place of ${wanted}, one of each class`);
    }
    sizes.set(labeled, { labeled, isAll: labeled === available });
  }
  return { sizes: [...sizes.values()].sort((a, b) => a.labeled - b.labeled), notes };
}

function membersOf({ manifest }: ComparisonTarget): Readonly<Record<keyof TargetSplit, readonly Member[]>> {
  if (manifest.task === "segmentation") {
    const plain = (cases: SegmentationManifest["test"]): Member[] => cases.map(({ id }) => ({ id, group: "" }));
    const scored = manifest.test.filter(({ labels }) => labels !== undefined);
    return { train: plain(manifest.train), validation: plain(manifest.validation), test: plain(scored) };
  }
  const plain = (cases: ClassificationManifest["test"]): Member[] =>
    cases.map(({ id, class: group }) => ({ id, group }));
  return { train: plain(manifest.train), validation: plain(manifest.validation), test: plain(manifest.test) };
}

function allMembers(target: ComparisonTarget): readonly Member[] {
  const { train, validation, test } = membersOf(target);
  return [...train, ...validation, ...test];
}

/** Subjects of each class of a target; one whose cases differ in class counts for the first. */
export function subjectsByClass(target: ComparisonTarget): ReadonlyMap<string, readonly string[]> {
  const classOf = new Map<string, string>();
  for (const { id, group } of allMembers(target)) {
    const subject = target.subjects[id] ?? id;
    if (!classOf.has(subject)) classOf.set(subject, group);
  }
  const groups = [...new Set(classOf.values())].sort();
  return new Map(
    groups.map((group) => [group, [...classOf].flatMap(([subject, own]) => (own === group ? subject : []))]),
  );
}

/** The fold of each case: the subjects of every class are dealt in turn, each class going on where the last one ended. */
function foldsOf(all: readonly Member[], target: ComparisonTarget, seed: number): readonly number[] {
  const dealt = [...subjectsByClass(target).values()].flatMap((subjects) => shuffledIds(subjects, seed));
  const foldOf = new Map(dealt.map((subject, index) => [subject, index % target.folds]));
  return all.map(({ id }) => foldOf.get(target.subjects[id] ?? id) ?? 0);
}

/** `takeLabeled` of all of them is all of them in an order drawn by seed. */
function shuffledIds(ids: readonly string[], seed: number): readonly string[] {
  const members = ids.map((id) => ({ id }));
  return takeLabeled(members, members.length, seed, () => "").map(({ id }) => id);
}
