import { checkManifest, type Manifest } from "../dataset/manifest.ts";
import { writeNifti } from "../io/nifti-write.ts";
import { type Store, writeJson } from "../run/store.ts";
import { reorient } from "../volume/orientation.ts";
import { phantomGrid } from "./draw-phantom.ts";
import { type PhantomCohortOptions, type PhantomSubject, phantomCohort } from "./phantom-cohort.ts";
import { PHANTOM_LABELS } from "./phantom-shape.ts";
import { renderPhantom } from "./render-phantom.ts";

export interface WritePhantomCohortOptions extends PhantomCohortOptions {
  readonly signal?: AbortSignal;
}

/**
 * Writes the cohort as a data set in the split.json layout, `images/ID.nii.gz`, `labels/ID.nii.gz`, `split.json`, with
 * the draws beside in `phantoms.json`, and returns the manifest that reading it back gives. Labels are written of
 * the atlas and the test subjects only: those of the pool must not be there to be found.
 */
export async function writePhantomCohort(store: Store, options: WritePhantomCohortOptions): Promise<Manifest> {
  const cohort = phantomCohort(options);
  const manifest = checkManifest(manifestOf(cohort), "the phantom cohort");
  for (const subject of cohort) {
    options.signal?.throwIfAborted();
    const { image, labels } = renderPhantom(subject.draw, phantomGrid(subject.draw));
    const description = "voxelsmith phantom";
    const bytes = writeNifti(reorient(image, subject.axisCodes), { dataType: "int16", description });
    await store.write(imagePath(subject), bytes);
    if (subject.role === "unlabeled") continue;
    await store.write(labelsPath(subject), writeNifti(reorient(labels, subject.axisCodes), { description }));
  }
  await writeJson(store, "phantoms.json", { seed: options.seed, subjects: cohort });
  // Last: a folder is a data set once this file is there.
  await writeJson(store, "split.json", {
    labels: { 0: "background", ...PHANTOM_LABELS },
    split: {
      train: cohort.filter(({ role }) => role !== "test").map(({ id }) => id),
      test: cohort.filter(({ role }) => role === "test").map(({ id }) => id),
    },
    atlas_candidates: cohort.filter(({ role }) => role === "atlas").map(({ id }) => id),
  });
  return manifest;
}

function manifestOf(cohort: readonly PhantomSubject[]): Manifest {
  const of = (wanted: PhantomSubject["role"]): readonly PhantomSubject[] =>
    cohort.filter(({ role }) => role === wanted);
  const labeled = (subject: PhantomSubject): { id: string; image: string; labels: string } => ({
    id: subject.id,
    image: imagePath(subject),
    labels: labelsPath(subject),
  });
  return {
    name: "phantoms",
    labels: PHANTOM_LABELS,
    atlases: of("atlas").map(labeled),
    unlabeled: of("unlabeled").map((subject) => ({ id: subject.id, image: imagePath(subject) })),
    validation: [],
    test: of("test").map(labeled),
  };
}

function imagePath({ id }: PhantomSubject): string {
  return `images/${id}.nii.gz`;
}

function labelsPath({ id }: PhantomSubject): string {
  return `labels/${id}.nii.gz`;
}
