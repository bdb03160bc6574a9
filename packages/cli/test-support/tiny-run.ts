import { writePhantomCohort } from "@voxelsmith/core";
import { folderStore } from "../src/files.ts";

/** Settings that bring the whole method down to seconds: 4 mm voxels, networks of two levels, a few steps each. */
export const TINY_SETTINGS: readonly string[] = [
  ...["prepare.spacingMm=4", "prepare.marginVoxels=0", "prepare.multipleOf=8", "prepare.alignmentSteps=3"],
  ...["spatial.encoder=[4,4]", "spatial.decoder=[4,4]", "spatial.steps=8", "spatial.warmupSteps=2"],
  ...["appearance.encoder=[4,4]", "appearance.decoder=[4,4]", "appearance.steps=6", "appearance.warmupSteps=2"],
  ...["segment.channels=[4,8]", "segment.steps=8", "segment.warmupSteps=2"],
  ...["segment.validateEvery=3", "segment.validationExamples=2", "synthesize.examples=2"],
];

/** Writes a cohort of one atlas, five unlabeled and two test subjects; the second of each kind lies in other axes. */
export async function writeTinyCohort(folder: string): Promise<void> {
  await writePhantomCohort(folderStore(folder), { seed: 4, unlabeled: 5, test: 2 });
}
