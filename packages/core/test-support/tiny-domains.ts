import { createRandom } from "@voxelsmith/engine";
import { writeNifti } from "../src/io/nifti-write.ts";
import type { Domain, PretrainContext } from "../src/pretrain/context.ts";
import { resolvePretrainConfig } from "../src/pretrain/resolve-pretrain-config.ts";
import type { RunEvent } from "../src/run/progress.ts";
import { memoryStore } from "../src/run/store.ts";
import { scalingAffine } from "../src/volume/affine.ts";
import type { Dims } from "../src/volume/volume.ts";

/** Settings that bring a pretraining down to seconds. */
export const TINY_PRETRAINING: readonly string[] = [
  ...["widths=[4,4,8,8]", "patch=[16,16,16]", "steps=12", "warmupSteps=2", "learningRate=0.01"],
  ...["validateEvery=6", "validationPatches=3"],
];

/** Two kinds of phantoms: bright balls in noise, and dark boxes with a bright half beside them, at another spacing. */
const KINDS = {
  balls: { dims: [18, 16, 20] as Dims, mm: 1, labels: { 1: "ball" } },
  boxes: { dims: [22, 20, 16] as Dims, mm: 2, labels: { 3: "dark", 5: "bright" } },
} as const;
export type TinyKind = keyof typeof KINDS;

/** A domain of five cases in memory; paths are `KIND/ID.image` and `KIND/ID.labels`. */
export function tinyDomain(kind: TinyKind): Domain {
  const labeled = (id: string) => ({ id, image: `${kind}/${id}.image`, labels: `${kind}/${id}.labels` });
  return {
    name: kind,
    manifest: {
      name: kind,
      labels: KINDS[kind].labels,
      atlases: ["a", "b", "c", "d"].map(labeled),
      unlabeled: [],
      validation: [labeled("v")],
      test: [],
    },
  };
}

/** Files of `tinyDomain`. */
export async function readTiny(path: string): Promise<Uint8Array> {
  const [, kind, id, part] = /^(.*)\/(.*)\.(image|labels)$/.exec(path) ?? [];
  const { dims, mm } = KINDS[kind as TinyKind];
  const [ni, nj, nk] = dims;
  const random = createRandom(9, "tiny", kind, id);
  const center = dims.map((count) => count / 2 + random.between(-2, 2));
  const image = new Float32Array(ni * nj * nk);
  const labels = new Int32Array(image.length);
  for (let index = 0; index < image.length; index++) {
    const voxel = [index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj))];
    const away = voxel.map((at, axis) => Math.abs(at - center[axis]));
    if (kind === "balls") labels[index] = Math.hypot(...away) < 5 ? 1 : 0;
    else if (Math.max(...away) < 5) labels[index] = voxel[0] < center[0] ? 3 : 5;
    image[index] = 100 + 8 * random.normal() + (labels[index] === 3 ? -60 : labels[index] > 0 ? 60 : 0);
  }
  const affine = scalingAffine([mm, mm, mm]);
  return part === "image"
    ? writeNifti({ kind: "image", dims, affine, data: image })
    : writeNifti({ kind: "labels", dims, affine, data: labels });
}

/** A pretraining of both kinds in memory, and what it said. */
export function tinyPretraining(
  assignments: readonly string[] = [],
  changes: Partial<PretrainContext> & { readonly synthesize?: "none" | "independent" | "rand-aug" | "supervised" } = {},
): PretrainContext & { readonly said: readonly RunEvent[] } {
  const said: RunEvent[] = [];
  const { synthesize = "none", ...rest } = changes;
  const request = { seed: 5, preset: "fast", device: "cpu", threads: 1, synthesize } as const;
  return {
    config: resolvePretrainConfig({ ...request, assignments: [...TINY_PRETRAINING, ...assignments] }),
    domains: [tinyDomain("balls"), tinyDomain("boxes")],
    store: memoryStore(),
    readFile: readTiny,
    signal: new AbortController().signal,
    emit: (event) => void said.push(event),
    said,
    ...rest,
  };
}
