import { examplesFigure } from "../figures/run-figures.ts";
import { writeNifti } from "../io/nifti-write.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { StageHooks } from "../run/progress.ts";
import { stepMeter } from "../run/progress.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";
import type { Example, Synthesizer } from "./apply.ts";
import type { ExampleDraw } from "./draw.ts";

/** The atlas and the first examples side by side, for people to look at. */
export const OVERVIEW_PATH: string = `${RUN_FOLDER.examples}/overview.png`;
const PICTURED = 7;

/** Paths of the n-th example: image, labels, and the draw that rebuilds both. */
export function examplePaths(index: number): {
  readonly image: string;
  readonly labels: string;
  readonly draw: string;
} {
  const stem = `${RUN_FOLDER.examples}/example-${String(index).padStart(4, "0")}`;
  return { image: `${stem}.nii.gz`, labels: `${stem}_labels.nii.gz`, draw: `${stem}.json` };
}

/** Writes examples as NIfTI pairs on the reference grid, each with its draw beside it. */
export async function writeExamples(
  { store, signal, emit }: StageHooks & { readonly store: Store },
  prepared: PreparedSet,
  synthesizer: Synthesizer,
  draws: readonly ExampleDraw[],
): Promise<void> {
  const { reference } = prepared.plan;
  const meter = stepMeter("synthesize", draws.length);
  const shown: Example[] = [];
  for (const [index, draw] of draws.entries()) {
    signal.throwIfAborted();
    const paths = examplePaths(index + 1);
    const example = await synthesizer.apply(draw);
    if (shown.length < PICTURED) shown.push(example);
    const { image, classes } = example;
    const values = Int32Array.from(classes, (classIndex) => (classIndex === 0 ? 0 : prepared.labels[classIndex - 1]));
    await store.write(paths.image, writeNifti({ kind: "image", ...reference, data: image }));
    await store.write(paths.labels, writeNifti({ kind: "labels", ...reference, data: values }));
    await store.write(paths.draw, new TextEncoder().encode(`${JSON.stringify(draw, null, 2)}\n`));
    emit(meter(index + 1));
  }
  if (shown.length === 0) return;
  await store.write(OVERVIEW_PATH, examplesFigure(prepared.atlases[0], shown, reference));
}
