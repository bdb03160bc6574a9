import { z } from "zod";

/** Settings of the preparation; the plan derived from them and the atlas is `plan.json`. */
export const prepareConfig = z.object({
  spacingMm: z
    .number()
    .positive()
    .nullable()
    .describe("isotropic voxel size of the prepared grid; null keeps the atlas's own"),
  multipleOf: z
    .number()
    .int()
    .positive()
    .describe("the prepared grid's extents are multiples of this, as the networks need"),
  marginVoxels: z.number().int().min(0).describe("voxels around the atlas on every side"),
  normalization: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("percentile"), low: z.number().min(0).max(100), high: z.number().min(0).max(100) }),
      z.object({ kind: z.literal("z-score") }),
      z.object({ kind: z.literal("min-max") }),
    ])
    .describe("how intensities are brought to one range"),
  alignment: z
    .enum(["affine", "center"])
    .describe("12 parameters against the atlas, or only the centers on each other"),
  alignmentSteps: z
    .number()
    .int()
    .positive()
    .describe("optimizer steps of the affine alignment at each of two resolutions"),
});

export type PrepareConfig = z.infer<typeof prepareConfig>;

export const PREPARE_PRESETS: Readonly<Record<"fast" | "paper", PrepareConfig>> = {
  fast: {
    spacingMm: null,
    multipleOf: 8,
    marginVoxels: 1,
    normalization: { kind: "percentile", low: 1, high: 99 },
    alignment: "affine",
    alignmentSteps: 60,
  },
  paper: {
    spacingMm: null,
    multipleOf: 32,
    marginVoxels: 4,
    normalization: { kind: "percentile", low: 1, high: 99 },
    alignment: "affine",
    alignmentSteps: 60,
  },
};
