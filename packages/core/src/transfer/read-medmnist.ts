import type { NamedArray } from "@voxelsmith/engine";
import { sizeOf } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import { identityAffine } from "../volume/affine.ts";
import type { Volume } from "../volume/volume.ts";
import { classGroups } from "./class-groups.ts";
import type { CaseSplit } from "./draw-split.ts";
import { readNpz } from "./read-npz.ts";
import type { ClassificationManifest, ClassifiedCase } from "./transfer-manifest.ts";

/** The splits of MedMNIST's files by our names. */
const PREFIXES: readonly (readonly [CaseSplit, string])[] = [
  ["train", "train"],
  ["validation", "val"],
  ["test", "test"],
];

/** The cubes and classes of a MedMNIST file, and the volume of each case. */
export interface Medmnist {
  readonly manifest: ClassificationManifest;
  /** By the `image` of a case. */
  readonly volumes: ReadonlyMap<string, () => Volume>;
}

/**
 * A 3-D data set of MedMNIST (Yang et al. 2023): `train_images` `[n, D, H, W]`, `train_labels` `[n, 1]`, and the same
 * for `val` and `test`. The classes are the numbers of the labels; its voxels are told no size and count as 1 mm.
 * @param wanted see `classGroups`
 */
export function readMedmnist(bytes: Uint8Array, path: string, name: string, wanted?: readonly string[]): Medmnist {
  const arrays = readNpz(bytes, name);
  const parts = PREFIXES.map(([split, prefix]) => ({ split, ...splitArrays(arrays, prefix, name) }));
  const values = parts.flatMap(({ labels }) => Array.from(labels.data, String));
  const groups = classGroups(wanted, values, "labels");
  const volumes = new Map<string, () => Volume>();
  const cases: Record<CaseSplit, ClassifiedCase[]> = { train: [], validation: [], test: [] };
  for (const { split, images, labels } of parts) {
    const [count, depth, height, width] = images.shape;
    const voxels = depth * height * width;
    for (let index = 0; index < count; index++) {
      const group = groups.classOf(String(labels.data[index]));
      if (group === undefined) continue;
      const id = `${split}_${String(index).padStart(4, "0")}`;
      const image = `${path}#${split}/${index}`;
      cases[split].push({ id, image, class: group });
      volumes.set(image, () => ({
        kind: "image",
        dims: [width, height, depth],
        affine: identityAffine(),
        data: images.data.subarray(index * voxels, (index + 1) * voxels),
      }));
    }
  }
  return { manifest: { task: "classification", name, classes: groups.names, ...cases }, volumes };
}

function splitArrays(
  arrays: Readonly<Record<string, NamedArray>>,
  prefix: string,
  name: string,
): { readonly images: NamedArray; readonly labels: NamedArray } {
  const images = arrays[`${prefix}_images`];
  const labels = arrays[`${prefix}_labels`];
  if (images?.shape.length === 4 && labels !== undefined && sizeOf(labels.shape) === images.shape[0]) {
    return { images, labels };
  }
  throw new InputError({
    subject: name,
    expected: `a 3-D data set of MedMNIST (${prefix}_images [n, D, H, W] and ${prefix}_labels [n, 1])`,
    got: Object.entries(arrays)
      .map(([key, { shape }]) => `${key} [${shape}]`)
      .join(", "),
    todo: "Give a file of MedMNIST, or volumes with --csv.",
  });
}
