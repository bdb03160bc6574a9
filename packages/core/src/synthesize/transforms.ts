import { encodeSafetensors } from "@voxelsmith/engine";
import type { AppearanceModel } from "../appearance/apply.ts";
import type { PreparedAtlas, PreparedSet } from "../prepare/prepared-set.ts";
import { readWeights } from "../run/read-weights.ts";
import type { Store } from "../run/store.ts";
import type { SpatialModel } from "../spatial/apply.ts";
import type { Transforms } from "./apply.ts";

/** Bytes of transforms that are kept; the ones used longest ago go first. */
const BUDGET = 512 * 2 ** 20;

/**
 * The learned transforms of every pair of atlas and subject, computed when first asked for and kept while they fit.
 * They are deterministic functions of the trained models, so forgetting one costs time and changes nothing.
 * @param keep a folder that keeps them all, for models that take seconds for each pair
 */
export function learnedTransforms(
  prepared: PreparedSet,
  spatial: SpatialModel,
  appearance: AppearanceModel,
  fieldSize: number,
  keep?: Store,
): Transforms {
  const atlases = new Map(prepared.atlases.map((atlas) => [atlas.id, atlas]));
  const fields = boundedCache(BUDGET / 2, keep && keptIn(keep, "field", fieldSize));
  const changes = boundedCache(BUDGET / 2, keep && keptIn(keep, "appearance", prepared.coverage.length));
  const atlasOf = (id: string): PreparedAtlas => {
    const atlas = atlases.get(id);
    if (atlas === undefined) throw new RangeError(`${id} is not an atlas of this run`);
    return atlas;
  };
  const none = noTransforms({ field: fieldSize, image: prepared.coverage.length });
  return {
    field: async (atlas, subject) =>
      atlas === subject
        ? none.field(atlas, subject)
        : fields(`${atlas}/${subject}`, async () => {
            const { field } = await spatial.atlasToSubject(atlasOf(atlas).image, await prepared.image(subject));
            return field;
          }),
    appearance: async (atlas, subject) =>
      atlas === subject
        ? none.appearance(atlas, subject)
        : changes(`${atlas}/${subject}`, async () => {
            const { image } = atlasOf(atlas);
            const { warped } = await spatial.subjectToAtlas(await prepared.image(subject), image);
            return appearance.change(image, warped);
          }),
  };
}

/** Every labeled scan as it is. */
export function noTransforms(sizes: { readonly field: number; readonly image: number }): Transforms {
  const field = new Float32Array(sizes.field);
  const change = new Float32Array(sizes.image);
  return { field: async () => field, appearance: async () => change };
}

type Cache = (key: string, make: () => Promise<Float32Array>) => Promise<Float32Array>;

/** One file for each pair, read again instead of computed. */
function keptIn(store: Store, kind: string, size: number): Cache {
  return async (key, make) => {
    const path = `${key}.${kind}.safetensors`;
    const known = await readWeights(store, path, { [kind]: { shape: [size], initializer: NOTHING_DRAWN } });
    if (known !== undefined) return known[kind].data;
    const data = await make();
    await store.write(path, encodeSafetensors({ [kind]: { shape: [size], data } }));
    return data;
  };
}

const NOTHING_DRAWN = { kind: "constant", value: 0 } as const;

function boundedCache(budget: number, beyond: Cache = (_, make) => make()): Cache {
  const kept = new Map<string, Float32Array>();
  let bytes = 0;
  return async (key, make) => {
    const known = kept.get(key);
    const values = known ?? (await beyond(key, make));
    kept.delete(key); // behind the others: a Map remembers the order
    kept.set(key, values);
    if (known === undefined) bytes += values.byteLength;
    for (const [oldest, old] of kept) {
      if (bytes <= budget || oldest === key) break;
      kept.delete(oldest);
      bytes -= old.byteLength;
    }
    return values;
  };
}
