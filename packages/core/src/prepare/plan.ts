import { z } from "zod";
import { InputError } from "../errors.ts";
import { type Affine, isInvertible, type Point, spacingMm } from "../volume/affine.ts";
import type { Dims, Grid } from "../volume/volume.ts";

/** How intensities are brought to one range; see `normalize`. */
export type Normalization =
  | { readonly kind: "percentile"; readonly low: number; readonly high: number }
  | { readonly kind: "z-score" }
  | { readonly kind: "min-max" };

/** What a prepared voxel gets that the scan does not cover: a normalized intensity, or the scan's nearest voxel. */
export type Padding = number | "edge";

export interface PlanCase {
  /** Maps RAS mm of the atlas's world to RAS mm of the case's world, 4x4 row by row. */
  readonly alignment: Affine;
}

/**
 * What preparation does to each scan, as `plan.json` holds it: a person may edit it. Every spatial step (reorient,
 * resample, align, crop or pad) is in the reference grid and the case's alignment, so that a scan is interpolated once.
 */
export interface Plan {
  readonly version: 1;
  readonly reference: Grid & { readonly spacingMm: Point };
  readonly normalization: Normalization;
  readonly padding: Padding;
  readonly cases: Readonly<Record<string, PlanCase>>;
}

const affineSchema: z.ZodType<Affine> = z
  .array(z.number())
  .length(16)
  .refine((affine) => isInvertible(affine) && affine.slice(12).join(" ") === "0 0 0 1", {
    message: "must be an affine that can be inverted, with the last row 0 0 0 1",
  });

const dims: z.ZodType<Dims> = z
  .tuple([z.int().min(1), z.int().min(1), z.int().min(1)])
  .refine((counts) => counts.filter((count) => count > 1).length >= 2, {
    message: "at most one axis may have a single voxel",
  })
  .readonly();
const millimeters: z.ZodType<Point> = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const percent: z.ZodType<number> = z.number().min(0).max(100);

export const normalizationSchema: z.ZodType<Normalization> = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("percentile"), low: percent, high: percent })
    .refine(({ low, high }) => low < high, { message: "low must be below high" })
    .describe("Maps these two percentiles of the scan to 0 and 1 and clips beyond them."),
  z.strictObject({ kind: z.literal("z-score") }).describe("Mean 0 and standard deviation 1."),
  z.strictObject({ kind: z.literal("min-max") }).describe("Maps the lowest and the highest intensity to 0 and 1."),
]);

export const planSchema: z.ZodType<Plan> = z.strictObject({
  version: z.literal(1).describe("The version of this file's layout."),
  reference: z
    .strictObject({
      dims: dims.describe("How many voxels the prepared grid has along i, j and k."),
      spacingMm: millimeters.describe("The size of its voxels; the affine says the same."),
      affine: affineSchema.describe("Takes its voxel index to RAS mm of the atlas's world, 4x4 row by row."),
    })
    .refine(agrees, { message: "spacingMm and affine disagree; change both or neither" })
    .describe("The grid that every scan is brought onto."),
  normalization: normalizationSchema.describe("How the intensities of each scan are brought to one range."),
  padding: z
    .union([z.literal("edge"), z.number()])
    .describe("The normalized intensity where the prepared grid reaches beyond a scan, or edge for its nearest voxel."),
  cases: z
    .record(
      z.string(),
      z.strictObject({
        alignment: affineSchema.describe("Takes RAS mm of the atlas's world to RAS mm of this scan's world."),
      }),
    )
    .describe("What differs from scan to scan, by the scan's id."),
});

/** Checks the content of a `plan.json`; an InputError names the first field that is wrong. */
export function parsePlan(content: unknown, name: string): Plan {
  const result = planSchema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError({
    subject: `${name}, ${issue.path.length > 0 ? issue.path.join(".") : "as a whole"}`,
    expected: "a preparation plan",
    got: issue.message,
    todo: "Correct that field, or delete the file to have it derived again.",
  });
}

/** The same plan with one more case, or with another alignment for it. */
export function withCase(plan: Plan, id: string, alignment: Affine): Plan {
  return { ...plan, cases: { ...plan.cases, [id]: { alignment } } };
}

/** What the plan says about a case; an InputError where it says nothing, so that no scan goes unaligned by mistake. */
export function caseOf(plan: Plan, id: string): PlanCase {
  if (Object.hasOwn(plan.cases, id)) return plan.cases[id];
  throw new InputError({
    subject: `Case ${id}`,
    expected: "an entry under cases in plan.json",
    got: "none",
    todo: "Run prepare again, which aligns the case and adds it.",
  });
}

function agrees(reference: Plan["reference"]): boolean {
  return spacingMm(reference.affine).every((mm, axis) => Math.abs(mm - reference.spacingMm[axis]) <= 1e-3 * mm);
}
