import { z } from "zod";
import { checkAgainst } from "../dataset/check-against.ts";
import { InputError } from "../errors.ts";
import type { Point } from "../volume/affine.ts";

/** The class of voxels that nobody has labeled: no loss and no score ever looks at them. */
export const NOT_LABELED = -1;

/** What a label value of the data set means to the network. */
export interface DomainLabel {
  readonly name: string;
  /** From 1; equal numbers join labels to one class, 0 makes a label background, -1 makes its voxels not labeled. */
  readonly class: number;
}

/**
 * How the cases of one data set become examples. Derived from its labeled training cases (`planDomain`), kept in
 * `plan.json`, and a person may edit it: spacing, percentiles, what a label means, which cases are used for what.
 */
export interface DomainPlan {
  readonly name: string;
  /** Millimeters along the RAS axes. */
  readonly spacingMm: Point;
  /** Intensities are clipped to these two percentiles of each volume before they are standardized. */
  readonly clipPercentiles: readonly [low: number, high: number];
  /** Label value to meaning. The value 0 is background unless it stands here; values that do not are not labeled. */
  readonly labels: Readonly<Record<string, DomainLabel>>;
  readonly training: readonly string[];
  readonly validation: readonly string[];
}

const millimeters = z.number().positive();
const percent = z.number().min(0).max(100);
const ids = z.array(z.string().min(1));

export const domainPlanSchema: z.ZodType<DomainPlan> = z
  .strictObject({
    name: z.string().min(1).describe("The domain's name: its branch is called so."),
    spacingMm: z.tuple([millimeters, millimeters, millimeters]).describe("Voxel size along the RAS axes."),
    clipPercentiles: z
      .tuple([percent, percent])
      .refine(([low, high]) => low < high, { message: "the first must be below the second" })
      .describe("Intensities are clipped to these percentiles of each volume."),
    labels: z
      .record(
        z.string().regex(/^(0|[1-9][0-9]*)$/, "a label value"),
        z.strictObject({ name: z.string(), class: z.int().min(NOT_LABELED) }),
      )
      .refine(hasEveryClass, { message: "classes must be 1, 2, 3 and so on, none left out" })
      .describe("What each label value means: a class from 1, 0 for background, -1 for voxels that nobody labeled."),
    training: ids.min(1).describe("Cases to train on."),
    validation: ids.describe("Cases that tell how training goes; none of them is trained on."),
  })
  .refine(({ training, validation }) => validation.every((id) => !training.includes(id)), {
    message: "a case is for training or for validation, not for both",
    path: ["validation"],
  });

/** Checks a domain's part of a plan that somebody may have edited. @throws InputError naming the first wrong field */
export function parseDomainPlan(value: unknown, subject: string): DomainPlan {
  return checkAgainst(domainPlanSchema, value, subject);
}

/** Whether a label of this name marks voxels that nobody has labeled. */
export function marksUnlabeled(name: string): boolean {
  return /^(ignore|not[ _-]labeled|unlabeled)$/i.test(name);
}

/** Classes of the domain's branch, background among them. */
export function classCount({ labels }: DomainPlan): number {
  return 1 + Math.max(0, ...Object.values(labels).map((label) => label.class));
}

/** The class of every label value that the plan speaks of, 0 among them. */
export function classOfLabel({ labels }: DomainPlan): ReadonlyMap<number, number> {
  return new Map([[0, 0], ...Object.entries(labels).map(([value, label]) => [Number(value), label.class] as const)]);
}

/** The label value that a prediction of each class is written as: the smallest of those that the class joins. */
export function labelOfClass(plan: DomainPlan): readonly number[] {
  const values: number[] = new Array(classCount(plan)).fill(0);
  for (const [value, index] of [...classOfLabel(plan)].sort(([a], [b]) => b - a)) if (index > 0) values[index] = value;
  return values;
}

/** The names of the classes, background first. */
export function classNames(plan: DomainPlan): readonly string[] {
  return labelOfClass(plan).map((value, index) =>
    index === 0 ? "background" : plan.labels[String(value)]?.name || `label ${value}`,
  );
}

/** Domain names stand in parameter names, in folder names and in logs. @throws InputError for other names */
export function checkDomainName(name: string, subject: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return;
  throw new InputError({
    subject,
    expected: "a name of letters, digits, - and _",
    got: name === "" ? "nothing" : `"${name}"`,
    todo: "Give the domain such a name, for example hippocampus=Task04_Hippocampus.",
  });
}

function hasEveryClass(labels: Readonly<Record<string, DomainLabel>>): boolean {
  const classes = new Set(Object.values(labels).map((label) => label.class));
  const highest = Math.max(0, ...classes);
  return highest > 0 && Array.from({ length: highest }, (_, index) => index + 1).every((index) => classes.has(index));
}
