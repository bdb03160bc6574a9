import { expect, test } from "vitest";
import { writeNifti } from "../io/nifti-write.ts";
import { readLabelMap } from "../io/read-scan.ts";
import { derivePlan } from "../prepare/derive-plan.ts";
import { memoryStore } from "../run/store.ts";
import { identityAffine } from "../volume/affine.ts";
import type { Dims } from "../volume/volume.ts";
import { labelScans } from "./label-scans.ts";
import type { PlanarBorder } from "./planar-borders.ts";

const dims: Dims = [8, 8, 8];
const [BODY, HEAD] = [2, 1];
const grid = { dims, affine: identityAffine() };
const along = (at: number): number => Math.floor(at / 8) % 8;
const ragged = Int32Array.from({ length: 512 }, (_, at) => (along(at) < 4 + (at % 3) - 1 ? BODY : HEAD));

/** Label maps that two labelers with the same answer, a ragged border, write for one scan: the second one straightens it. */
async function labelOnce(): Promise<{ plain: Int32Array; straight: Int32Array }> {
  const plan = derivePlan(grid, { atlasId: "scan", marginVoxels: 0, multipleOf: 8 });
  const probabilities = new Float32Array(3 * 512);
  ragged.forEach((label, at) => {
    probabilities[label * 512 + at] = 1;
  });
  const labeler = { probabilities: async () => probabilities, dispose: async () => {} };
  const borders: readonly PlanarBorder[] = [{ towards: "A", labels: [HEAD, BODY] }];
  const output = memoryStore();
  await labelScans({
    ...{ plan, labels: [HEAD, BODY], scans: [{ id: "scan", image: "scan.nii.gz" }], output, existing: "replace" },
    aligner: { align: async () => identityAffine(), dispose: async () => {} },
    labelers: { plain: labeler, straight: { ...labeler, borders } },
    readFile: async () => writeNifti({ kind: "image", ...grid, data: Float32Array.from(ragged) }),
    ...{ signal: new AbortController().signal, emit: () => {} },
  });
  const read = async (path: string): Promise<Uint8Array> => (await output.read(path)) ?? new Uint8Array();
  const dataOf = async (name: string): Promise<Int32Array> => (await readLabelMap(read, `${name}/scan.nii.gz`)).data;
  return { plain: await dataOf("plain"), straight: await dataOf("straight") };
}

test("a labeler's borders are planes in what is written, another's are as they come", async () => {
  const { plain, straight } = await labelOnce();
  expect(plain).toEqual(ragged);
  expect(straight).toEqual(ragged.map((_, at) => (along(at) < 4 ? BODY : HEAD)));
});
