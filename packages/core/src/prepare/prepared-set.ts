import type { Shape } from "@voxelsmith/engine";
import type { LabeledCase } from "../dataset/manifest.ts";
import { InputError } from "../errors.ts";
import { type ReadFile, readLabelMap, readScan } from "../io/read-scan.ts";
import type { RunContext } from "../run/context.ts";
import type { Store } from "../run/store.ts";
import { labelValues } from "../volume/label-map.ts";
import { classIndices } from "./class-indices.ts";
import { type Mirroring, mirroringOf } from "./mirroring.ts";
import type { Plan } from "./plan.ts";
import { COVERAGE_PATH, findPlan, preparedImagePath, preparedLabelsPath } from "./prepare-run.ts";

export interface PreparedAtlas {
  readonly id: string;
  /** Normalized intensities, `[D, H, W]`. */
  readonly image: Float32Array;
  /** Class indices: position in `labels` plus 1, 0 is background; `[D, H, W]`. */
  readonly classes: Float32Array;
}

/** The scans as the networks see them: one grid, one intensity range. */
export interface PreparedSet {
  readonly plan: Plan;
  /** `[D, H, W]` = dims `[k, j, i]` of the reference grid. */
  readonly extents: Shape;
  /** Label values of the atlases in rising order, without background: class c is label `labels[c - 1]`. */
  readonly labels: readonly number[];
  readonly mirroring: Mirroring;
  readonly atlases: readonly PreparedAtlas[];
  /** 1 where the first atlas has voxels, 0 where padding stands, `[D, H, W]`. */
  readonly coverage: Float32Array;
  /** Ids of the unlabeled subjects. */
  readonly subjects: readonly string[];
  /** The prepared image of an unlabeled subject, `[D, H, W]`. */
  image(subject: string): Promise<Float32Array>;
}

/** Bytes of images that stay in memory; further ones are read again from the run folder. */
const BUDGET = 512 * 2 ** 20;

/** Opens what `prepareRun` wrote. @throws InputError where the run is not prepared. */
export async function openPrepared({ store, manifest }: Pick<RunContext, "store" | "manifest">): Promise<PreparedSet> {
  const plan = await findPlan(store);
  if (plan === undefined) {
    throw new InputError({
      subject: store.locate("plan.json"),
      expected: "a prepared run",
      got: "no such file",
      todo: "Run `voxelsmith prepare` first.",
    });
  }
  const readFile = storedFile(store);
  const labelMaps = await Promise.all(manifest.atlases.map(({ id }) => readLabelMap(readFile, preparedLabelsPath(id))));
  const labels = [...new Set(labelMaps.flatMap(labelValues))].filter((label) => label !== 0).sort((a, b) => a - b);
  const image = async (id: string): Promise<Float32Array> =>
    (await readScan(readFile, preparedImagePath(id))).volume.data;
  const atlas = async ({ id }: LabeledCase, index: number): Promise<PreparedAtlas> => ({
    id,
    image: await image(id),
    classes: classIndices(labelMaps[index], labels),
  });
  const [i, j, k] = plan.reference.dims;
  const kept = new Map<string, Float32Array>();
  let bytes = 0;
  return {
    plan,
    extents: [k, j, i],
    labels,
    mirroring: mirroringOf(plan.reference, labels, manifest.labels),
    atlases: await Promise.all(manifest.atlases.map(atlas)),
    coverage: (await readScan(readFile, COVERAGE_PATH)).volume.data,
    subjects: manifest.unlabeled.map(({ id }) => id),
    async image(id) {
      const known = kept.get(id);
      if (known !== undefined) return known;
      const data = await image(id);
      bytes += data.byteLength;
      if (bytes <= BUDGET) kept.set(id, data);
      return data;
    },
  };
}

function storedFile(store: Store): ReadFile {
  return async (path) => {
    const bytes = await store.read(path);
    if (bytes !== undefined) return bytes;
    throw new InputError({
      subject: store.locate(path),
      expected: "a prepared volume",
      got: "no such file",
      todo: "Run `voxelsmith prepare` again.",
    });
  };
}
