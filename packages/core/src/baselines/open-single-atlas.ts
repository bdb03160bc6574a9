import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import type { Labeler } from "../segment/labeler.ts";
import { createSpatialModel } from "../spatial/apply.ts";
import { loadSpatialWeights } from "../spatial/weights.ts";
import { createSingleAtlas } from "./single-atlas.ts";

/** SAS with a run's own spatial model, which is disposed of together with it. */
export async function openSingleAtlas(
  { config, store }: Pick<RunContext, "config" | "store">,
  { atlases, labels, extents }: PreparedSet,
): Promise<Labeler> {
  const weights = await loadSpatialWeights(store, config.spatial);
  const spatial = await createSpatialModel(config.spatial, weights, extents, config);
  const sas = await createSingleAtlas(atlases, spatial, { classes: labels.length + 1, extents }, config);
  return {
    probabilities: sas.probabilities,
    async dispose() {
      await sas.dispose();
      await spatial.dispose();
    },
  };
}
