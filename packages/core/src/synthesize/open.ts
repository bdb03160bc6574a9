import { sizeOf } from "@voxelsmith/engine";
import { createAppearanceModel } from "../appearance/apply.ts";
import { loadAppearanceWeights } from "../appearance/weights.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { createSpatialModel } from "../spatial/apply.ts";
import { fieldExtents } from "../spatial/graph.ts";
import { loadSpatialWeights } from "../spatial/weights.ts";
import { type AtlasArrays, changesOf, createSynthesizer, type Synthesizer } from "./apply.ts";
import { learnedTransforms } from "./transforms.ts";

/** The synthesizer of a run whose spatial and appearance models are trained. */
export async function openSynthesizer(context: RunContext, prepared: PreparedSet): Promise<Synthesizer> {
  const { config, store } = context;
  const { extents } = prepared;
  const options = { device: config.device, threads: config.threads };
  const spatialWeights = await loadSpatialWeights(store, config.spatial);
  const spatial = await createSpatialModel(config.spatial, spatialWeights, extents, options);
  const appearanceWeights = await loadAppearanceWeights(store, config.appearance);
  const appearance = await createAppearanceModel(config.appearance, appearanceWeights, extents, options);
  const field = fieldExtents(config.spatial, extents);
  const transforms = learnedTransforms(prepared, spatial, appearance, 3 * sizeOf(field));
  const atlases = new Map(prepared.atlases.map((atlas) => [atlas.id, atlas]));
  const labeled = async (id: string): Promise<AtlasArrays> => {
    const atlas = atlases.get(id);
    if (atlas === undefined) throw new RangeError(`draw names the atlas ${id}, which is not in this run`);
    return atlas;
  };
  const changes = changesOf(config.synthesize);
  const parts = { extents, fieldExtents: field, labeled, transforms, changes };
  const synthesizer = await createSynthesizer(parts, options);
  return {
    apply: synthesizer.apply,
    async dispose() {
      await synthesizer.dispose();
      await appearance.dispose();
      await spatial.dispose();
    },
  };
}
