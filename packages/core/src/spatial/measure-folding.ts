import { foldedFraction } from "../evaluate/folding.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { SpatialModel } from "./apply.ts";

/** How much the learned fields fold: share of voxels whose Jacobian determinant is <= 0, by subject. */
export async function measureFolding(
  prepared: PreparedSet,
  spatial: SpatialModel,
): Promise<Readonly<Record<string, number>>> {
  const folded: Record<string, number> = {};
  const [atlas] = prepared.atlases;
  for (const subject of prepared.subjects) {
    const { displacement } = await spatial.atlasToSubject(atlas.image, await prepared.image(subject));
    folded[subject] = foldedFraction(displacement, prepared.extents);
  }
  return folded;
}
