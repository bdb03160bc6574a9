import { z } from "zod";
import { InputError } from "../errors.ts";
import { checkAgainst } from "./check-against.ts";

/** A scan that an expert has labeled. Paths are whatever the caller's `readFile` understands. */
export interface LabeledCase {
  readonly id: string;
  readonly image: string;
  readonly labels: string;
}

/** A scan without labels. The type has no place for them: the labels of a pool scan must not reach the method. */
export interface UnlabeledCase {
  readonly id: string;
  readonly image: string;
}

/** A scan to segment; scored where labels are known. */
export interface TestCase {
  readonly id: string;
  readonly image: string;
  readonly labels?: string;
}

/** What data there is: the one file that every stage reads to find its scans. */
export interface Manifest {
  readonly name: string;
  /** Label value to name, without background. Empty where the data set does not say: the atlas then tells the values. */
  readonly labels: Readonly<Record<string, string>>;
  readonly atlases: readonly LabeledCase[];
  readonly unlabeled: readonly UnlabeledCase[];
  /** Reported, never used to choose anything: the synthesizer makes the data that choose the checkpoint. */
  readonly validation: readonly LabeledCase[];
  readonly test: readonly TestCase[];
}

const text = z.string().min(1);
export const labeledCase: z.ZodType<LabeledCase> = z.strictObject({ id: text, image: text, labels: text });

export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  name: text,
  labels: z.record(z.string().regex(/^[1-9][0-9]*$/, "a positive integer label value"), z.string()),
  atlases: z.array(labeledCase).min(1),
  unlabeled: z.array(z.strictObject({ id: text, image: text })),
  validation: z.array(labeledCase),
  test: z.array(z.strictObject({ id: text, image: text, labels: z.exactOptional(text) })),
});

/**
 * The manifest, checked: at least one atlas, an unlabeled scan beside a single atlas, no id twice (predictions and tables go by id).
 * @throws InputError naming the field or the id.
 */
export function checkManifest(value: unknown, subject: string): Manifest {
  const manifest = checkAgainst(manifestSchema, value, subject);
  if (manifest.atlases.length === 1 && manifest.unlabeled.length === 0) {
    throw new InputError({
      subject: `${subject}: unlabeled`,
      expected: "at least one unlabeled scan beside the atlas",
      got: "none",
      todo: "Add unlabeled scans: they show how anatomy and intensities vary.",
    });
  }
  const seen = new Map<string, string>();
  for (const [group, cases] of Object.entries(groupsOf(manifest))) {
    for (const { id, image } of cases) {
      const earlier = seen.get(id);
      if (earlier !== undefined) {
        throw new InputError({
          subject: `${subject}: case ${id}`,
          expected: "each id once, over atlases, unlabeled, validation and test scans together",
          got: `${earlier} and ${image} (${group})`,
          todo: "Rename one of the files if they are two people, or leave one out if they are the same scan.",
        });
      }
      seen.set(id, `${image} (${group})`);
    }
  }
  return manifest;
}

/** The same manifest with every path passed through `place`, for example to make paths absolute. */
export function placeManifest(manifest: Manifest, place: (path: string) => string): Manifest {
  const labeled = (one: LabeledCase): LabeledCase => ({
    id: one.id,
    image: place(one.image),
    labels: place(one.labels),
  });
  return {
    ...manifest,
    atlases: manifest.atlases.map(labeled),
    unlabeled: manifest.unlabeled.map(({ id, image }) => ({ id, image: place(image) })),
    validation: manifest.validation.map(labeled),
    test: manifest.test.map(({ id, image, labels }) =>
      labels === undefined ? { id, image: place(image) } : { id, image: place(image), labels: place(labels) },
    ),
  };
}

function groupsOf(manifest: Manifest): Record<string, readonly UnlabeledCase[]> {
  const { atlases, unlabeled, validation, test } = manifest;
  return { atlases, unlabeled, validation, test };
}
