import { sizeOf } from "@voxelsmith/engine";
import { createAppearanceModel } from "../appearance/apply.ts";
import { loadAppearanceWeights } from "../appearance/weights.ts";
import { fieldExtents } from "../networks/registration-net.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { type Store, subfolder } from "../run/store.ts";
import { createSpatialModel } from "../spatial/apply.ts";
import { loadSpatialWeights } from "../spatial/weights.ts";
import { type AtlasArrays, changesOf, createSynthesizer, type Synthesizer, type Transforms } from "./apply.ts";
import { learnedTransforms, noTransforms } from "./transforms.ts";

/**
 * The synthesizer of a run. Its spatial and appearance models must be trained where examples take learned transforms.
 * @param pseudoLabels class indices of unlabeled subjects, where examples are made of those too
 */
export async function openSynthesizer(
  context: RunContext,
  prepared: PreparedSet,
  pseudoLabels?: (subject: string) => Promise<Float32Array>,
): Promise<Synthesizer> {
  const { config } = context;
  const { extents, mirroring } = prepared;
  const field = fieldExtents(config.spatial, extents);
  const sizes = { field: 3 * sizeOf(field), image: sizeOf(extents) };
  const { transforms, dispose } =
    config.synthesize.transforms === "none"
      ? { transforms: noTransforms(sizes), dispose: async (): Promise<void> => {} }
      : await openLearned(context, prepared, sizes.field);
  const atlases = new Map(prepared.atlases.map((atlas) => [atlas.id, atlas]));
  const labeled = async (id: string): Promise<AtlasArrays> => {
    const atlas = atlases.get(id);
    if (atlas !== undefined) return atlas;
    if (pseudoLabels === undefined) throw new RangeError(`draw names ${id}, which has no labels in this run`);
    return { image: await prepared.image(id), classes: await pseudoLabels(id) };
  };
  const changes = changesOf(config.synthesize);
  const mirrored = mirroring.classes === undefined ? {} : { mirroredClasses: mirroring.classes };
  const parts = { extents, fieldExtents: field, labeled, transforms, changes, ...mirrored };
  const synthesizer = await createSynthesizer(parts, config);
  return {
    apply: synthesizer.apply,
    async dispose() {
      await synthesizer.dispose();
      await dispose();
    },
  };
}

/** A network's transforms take no time; those that are improved pair by pair are kept in the run. */
function keepOf({ config: { spatial }, store }: RunContext): Store | undefined {
  const { instanceSteps } = spatial;
  return instanceSteps > 0 ? subfolder(store, `${RUN_FOLDER.spatial}/pairs-${instanceSteps}`) : undefined;
}

interface OpenTransforms {
  readonly transforms: Transforms;
  dispose(): Promise<void>;
}

async function openLearned(context: RunContext, prepared: PreparedSet, fieldSize: number): Promise<OpenTransforms> {
  const { config, store } = context;
  const { extents } = prepared;
  const spatialWeights = await loadSpatialWeights(store, config.spatial);
  const spatial = await createSpatialModel(config.spatial, spatialWeights, extents, config);
  const appearanceWeights = await loadAppearanceWeights(store, config.appearance);
  const appearance = await createAppearanceModel(config.appearance, appearanceWeights, extents, config);
  return {
    transforms: learnedTransforms(prepared, spatial, appearance, fieldSize, keepOf(context)),
    async dispose() {
      await appearance.dispose();
      await spatial.dispose();
    },
  };
}
