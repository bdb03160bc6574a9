import { z } from "zod";
import { type LabeledCase, labeledCase, type TestCase } from "../dataset/manifest.ts";

/** An image and its class, by name. A volume, or one of the cubes of an npz file: `adrenal.npz#train/12`. */
export interface ClassifiedCase {
  readonly id: string;
  readonly image: string;
  readonly class: string;
}

interface Splits<Train, Test> {
  readonly name: string;
  readonly train: readonly Train[];
  readonly validation: readonly Train[];
  readonly test: readonly Test[];
}

export interface SegmentationManifest extends Splits<LabeledCase, TestCase> {
  readonly task: "segmentation";
  /** Label value to name, without background; empty where nobody said. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ClassificationManifest extends Splits<ClassifiedCase, ClassifiedCase> {
  readonly task: "classification";
  /** Names of the classes; with two, the second is the positive one. */
  readonly classes: readonly string[];
}

/** What data a transfer has: `manifest.json` of its run folder. */
export type TransferManifest = SegmentationManifest | ClassificationManifest;

const text = z.string().min(1);
const classifiedCase: z.ZodType<ClassifiedCase> = z.strictObject({ id: text, image: text, class: text });
const classified = z.array(classifiedCase);
const testCase: z.ZodType<TestCase> = z.strictObject({ id: text, image: text, labels: z.exactOptional(text) });

export const transferManifestSchema: z.ZodType<TransferManifest> = z.discriminatedUnion("task", [
  z.strictObject({
    task: z.literal("segmentation"),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    train: z.array(labeledCase),
    validation: z.array(labeledCase),
    test: z.array(testCase),
  }),
  z.strictObject({
    task: z.literal("classification"),
    name: z.string(),
    classes: z.array(text).min(2),
    train: classified,
    validation: classified,
    test: classified,
  }),
]);
