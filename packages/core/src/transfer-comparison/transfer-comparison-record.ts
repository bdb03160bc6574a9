import { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import { labeledCase, manifestSchema } from "../dataset/manifest.ts";
import { checkDomainName } from "../domains/plan.ts";
import { InputError } from "../errors.ts";
import type { Domain } from "../pretrain/context.ts";
import { type Store, writeJson } from "../run/store.ts";
import { TRANSFER_ARM_NAMES, TRANSFER_ARMS, type TransferArmName } from "./arms.ts";
import { type ComparisonTarget, splitsOf, subjectsByClass } from "./comparison-target.ts";
import { leftOutFor } from "./left-out.ts";
import { type TransferComparisonSettings, transferComparisonSettings } from "./settings.ts";
import { TRANSFER_COMPARISON_FOLDER } from "./transfer-comparison-folder.ts";

/** Which fine-tunings a command asks for; a later command may ask for others in the same folder. */
export interface TransferScope {
  readonly arms: readonly TransferArmName[];
  /** Numbers of labeled cases. */
  readonly labeled: readonly (number | "all")[];
  /** How many seeds, from that of the settings on. */
  readonly seeds: number;
}

/** What a comparison of transfer is about: `comparison.json`, written when it begins and never changed. */
export interface TransferComparison extends TransferScope {
  readonly kind: "transfer";
  readonly targets: readonly ComparisonTarget[];
  readonly domains: readonly Domain[];
  /** File of weights for the arm `video`; a stand-in is trained without. */
  readonly video?: string;
  /** Learning rates that every arm tries. */
  readonly rates: readonly number[];
  readonly settings: TransferComparisonSettings;
  /** As typed. */
  readonly command: string;
}

const text = z.string().min(1);
const name = z.string();
const testCase = z.object({ id: text, image: text, labels: z.exactOptional(text) });
const segmentation = z.object({
  task: z.literal("segmentation"),
  name,
  labels: z.record(z.string(), z.string()),
  train: z.array(labeledCase),
  validation: z.array(labeledCase),
  test: z.array(testCase),
});
const classified = z.array(z.object({ id: text, image: text, class: text }));
const classification = z.object({
  task: z.literal("classification"),
  name,
  classes: z.array(text).min(2),
  train: classified,
  validation: classified,
  test: classified,
});

const recordSchema: z.ZodType<TransferComparison> = z.strictObject({
  kind: z.literal("transfer"),
  targets: z
    .array(
      z.object({
        name: text,
        manifest: z.discriminatedUnion("task", [segmentation, classification]),
        folds: z.number().int().positive(),
        subjects: z.record(z.string(), z.string()),
      }),
    )
    .min(1),
  domains: z.array(z.object({ name: text, manifest: manifestSchema })),
  video: z.exactOptional(text),
  rates: z.array(z.number().positive()).min(1),
  arms: z.array(z.enum(TRANSFER_ARM_NAMES)).min(1),
  labeled: z.array(z.union([z.literal("all"), z.number().int().positive()])).min(1),
  seeds: z.number().int().positive(),
  settings: transferComparisonSettings,
  command: z.string(),
});

/** The record of a folder, undefined where there is none. @throws InputError where it is damaged, or of another kind */
export async function readTransferComparison(store: Store): Promise<TransferComparison | undefined> {
  const bytes = await store.read(TRANSFER_COMPARISON_FOLDER.comparison);
  if (bytes === undefined) return undefined;
  return parseJson(recordSchema, new TextDecoder().decode(bytes), store.locate(TRANSFER_COMPARISON_FOLDER.comparison));
}

/** Begins a comparison in a folder. */
export async function saveTransferComparison(store: Store, comparison: TransferComparison): Promise<void> {
  await writeJson(store, TRANSFER_COMPARISON_FOLDER.comparison, comparison);
}

/** Everything that can be known to be wrong before the first job. @throws InputError in one line */
export function checkTransferComparison(record: TransferComparison): void {
  const { targets, domains, arms, settings } = record;
  for (const [flag, named, example] of [
    ["--target", targets, "--target hippocampus=Task04_Hippocampus"],
    ["--domain", domains, "--domain spine=Task05_Spine"],
  ] as const) {
    const names = named.map((one) => one.name);
    for (const one of names) checkDomainName(one, `${flag} ${one}`);
    const twice = names.find((one, index) => names.indexOf(one) < index);
    if (twice !== undefined) {
      const todo = "Give every data set a name of its own.";
      throw new InputError({ subject: `${flag} ${twice}`, expected: "each name once", got: "two of this name", todo });
    }
    const isNeeded = flag === "--target" || arms.some((arm) => TRANSFER_ARMS[arm].source !== undefined);
    if (named.length > 0 || !isNeeded) continue;
    const expected = flag === "--target" ? "at least one target" : `at least one domain for ${arms.join(", ")}`;
    throw new InputError({ subject: flag, expected, got: "none", todo: `Add for example ${example}.` });
  }
  for (const target of targets) {
    checkFolds(target);
    checkSplits(target, settings.seed);
    const left = leftOutFor(target.name, domains);
    const lonely = arms.find((arm) => TRANSFER_ARMS[arm].source !== undefined && left.length === domains.length);
    if (lonely === undefined) continue;
    throw new InputError({
      subject: `arm ${lonely} for the target ${target.name}`,
      expected: "a domain of another name to pretrain on",
      got: `${target.name} alone, which is left out for itself`,
      todo: "Add another --domain, or leave the arm out.",
    });
  }
}

function checkFolds(target: ComparisonTarget): void {
  const { name: own, folds } = target;
  if (folds === 1) return;
  const [smallest, count] = [...subjectsByClass(target)]
    .map(([group, subjects]) => [group, subjects.length] as const)
    .sort((a, b) => a[1] - b[1])[0] ?? ["", 0];
  if (folds >= 3 && folds <= count) return;
  throw new InputError({
    subject: `--folds ${own}=${folds}`,
    expected: `3 folds at least (to train, to validate, to test)${count < 3 ? "" : `, and ${count} at most`}`,
    got:
      folds < 3
        ? String(folds)
        : `${folds} with ${count} subjects${smallest === "" ? "" : ` of the class ${smallest}`}`,
    todo: "Choose another number.",
  });
}

function checkSplits(target: ComparisonTarget, seed: number): void {
  const [split] = splitsOf(target, seed);
  const needed = [
    ["train", "training cases with labels", "Add some."],
    ["validation", "validation cases, which choose the learning rate", `Name some, or add --folds ${target.name}=5.`],
    ["test", "test cases with labels, because a comparison is a table of scores", "Name some, or add --folds."],
  ] as const;
  for (const [part, expected, todo] of needed) {
    if (split[part].length === 0)
      throw new InputError({ subject: `--target ${target.name}`, expected, got: "none", todo });
  }
  if (target.manifest.task === "segmentation") return;
  const { train, classes } = target.manifest;
  const missing = classes.filter((one) => !train.some(({ class: own }) => own === one));
  if (missing.length === 0 || target.folds > 1) return;
  throw new InputError({
    subject: `--target ${target.name}`,
    expected: `a training case of each class (${classes.join(", ")})`,
    got: `none of ${missing.join(", ")}`,
    todo: "Take another split, or leave the class out with --classes.",
  });
}
