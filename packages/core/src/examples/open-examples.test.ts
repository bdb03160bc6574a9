import { expect, test } from "vitest";
import { derivePlan } from "../prepare/derive-plan.ts";
import { mirroringOf } from "../prepare/mirroring.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import { presetConfig } from "../run/config.ts";
import type { RunContext } from "../run/context.ts";
import type { RunEvent } from "../run/progress.ts";
import { memoryStore } from "../run/store.ts";
import { LEARNED_ALONE } from "../synthesize/config.ts";
import { identityAffine } from "../volume/affine.ts";
import { type Dims, voxelCount } from "../volume/volume.ts";
import { openExamples } from "./open-examples.ts";

/** Ten examples of an atlas whose labels rise along its first prepared axis, with mirroring and nothing else. */
async function mirroredOf(slice: Dims): Promise<{ readonly share: number; readonly notes: readonly string[] }> {
  const plan = derivePlan({ dims: slice, affine: identityAffine() }, { atlasId: "a", marginVoxels: 0, multipleOf: 8 });
  const [i, j, k] = plan.reference.dims;
  const mirroring = mirroringOf(plan.reference, [1], {});
  const count = voxelCount(plan.reference.dims);
  const classes = Float32Array.from({ length: count }, (_, at) => at % i);
  const prepared: PreparedSet = {
    ...{ plan, extents: [k, j, i], labels: [1], mirroring, subjects: [], coverage: new Float32Array(count).fill(1) },
    atlases: [{ id: "a", image: classes.map((value) => value / i), classes }],
    image: async () => classes,
  };
  const notes: string[] = [];
  const config = presetConfig("fast", { seed: 1, device: "cpu", threads: 1 });
  const context: RunContext = {
    config: { ...config, synthesize: { ...LEARNED_ALONE, transforms: "none", flip: "left-right" } },
    manifest: { name: "slices", labels: {}, atlases: [], unlabeled: [], validation: [], test: [] },
    ...{ store: memoryStore(), signal: new AbortController().signal, readFile: async () => new Uint8Array() },
    emit: (event: RunEvent) => void (event.kind === "note" && notes.push(event.text)),
  };
  const examples = await openExamples(context, prepared);
  let mirrored = 0;
  for (let step = 0; step < 10; step++) if ((await examples.training(step)).classes[0] === i - 1) mirrored++;
  await examples.dispose();
  return { share: mirrored / 10, notes };
}

test("about half of the examples of coronal slices are mirrored, none of sagittal ones, and a note says so", async () => {
  const coronal = await mirroredOf([16, 1, 8]);
  expect(coronal.share).toBeGreaterThan(0.1);
  expect(coronal.notes).toEqual([]);
  const sagittal = await mirroredOf([1, 16, 8]);
  expect(sagittal.share).toBe(0);
  expect(sagittal.notes).toEqual([expect.stringMatching(/synthesize.flip is left out: .*one side alone/)]);
});
