import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../packages/cli/src/command-line.ts";
import { coreStages } from "../../packages/cli/src/core-stages.ts";
import { folderStore } from "../../packages/cli/src/files.ts";
import { memoryTerminal } from "../../packages/cli/test-support/fake-stages.ts";
import { writePhantomCohort } from "../../packages/core/src/phantom/write-phantom-cohort.ts";
import { ROOT } from "./blocks.ts";

/** Folders with scans under the names that the documents use, where their commands and snippets can be run. */
export interface SampleFolders {
  /** A fresh folder: atlas, scans/, new/, truth/, and where wanted the finished run as my-run and voxelsmith-demo. */
  folder(withRun: boolean): string;
  dispose(): void;
}

/** Settings that make a stage take seconds. They stand before a document's own, which therefore win. */
const FEW = [
  ...[
    "prepare.spacingMm=4",
    "prepare.marginVoxels=0",
    "prepare.alignmentSteps=1",
    "spatial.steps=2",
    "appearance.steps=2",
  ],
  ...["synthesize.examples=2", "segment.steps=2", "segment.validateEvery=2", "segment.validationExamples=1"],
];
const BEGINS_A_RUN = ["run", "prepare", "demo"];

export async function createSampleFolders(): Promise<SampleFolders> {
  const base = mkdtempSync(join(tmpdir(), "voxelsmith-docs-"));
  const template = join(base, "template");
  const phantoms = join(base, "phantoms");
  const { atlases, unlabeled, test } = await writePhantomCohort(folderStore(phantoms), {
    seed: 1,
    unlabeled: 3,
    test: 2,
  });
  const copy = (from: string | undefined, to: string): void => cpSync(join(phantoms, from ?? ""), join(template, to));
  for (const folder of ["scans", "new", "truth"]) mkdirSync(join(template, folder), { recursive: true });
  copy(atlases[0].image, "atlas.nii.gz");
  copy(atlases[0].labels, "atlas-labels.nii.gz");
  for (const { id, image } of unlabeled) copy(image, `scans/${id}.nii.gz`);
  for (const { id, image, labels } of test) {
    copy(image, `new/${id}.nii.gz`);
    copy(labels, `truth/${id}.nii.gz`);
  }
  // What the snippets import is looked for upwards from here.
  symlinkSync(`${ROOT}/node_modules`, join(base, "node_modules"));

  const finished = join(base, "finished");
  const flags = "--atlas atlas.nii.gz --labels atlas-labels.nii.gz --unlabeled scans --test new --test-labels truth";
  await perform(["run", ...flags.split(" "), "-o", finished], template);
  let count = 0;
  return {
    folder(withRun) {
      const folder = join(base, `page-${count++}`);
      cpSync(template, folder, { recursive: true });
      if (withRun) {
        cpSync(finished, join(folder, "my-run"), { recursive: true });
        cpSync(finished, join(folder, "voxelsmith-demo"), { recursive: true });
        cpSync(phantoms, join(folder, "voxelsmith-demo/phantoms"), { recursive: true });
      }
      return folder;
    },
    dispose: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Really runs `voxelsmith WORDS` in a folder, with few steps. Throws what the command says where it fails. */
export async function perform([name, ...words]: readonly string[], folder: string): Promise<void> {
  const few = BEGINS_A_RUN.includes(name) && !words.includes("--resume") ? ["--set", ...FEW, "--threads", "1"] : [];
  const terminal = memoryTerminal();
  const before = process.cwd();
  process.chdir(folder);
  try {
    const options = { stages: coreStages, terminal, signal: new AbortController().signal, debug: true };
    const code = await runCommandLine([name, ...few, ...words], options);
    if (code !== 0) throw new Error(`voxelsmith ${name} ${words.join(" ")} ended with ${code}: ${terminal.said.error}`);
  } finally {
    process.chdir(before);
  }
}
