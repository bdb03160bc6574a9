import { type CompileOptions, compile, input, mul, oneHot, type Shape, warp } from "@voxelsmith/engine";
import type { PreparedAtlas } from "../prepare/prepared-set.ts";
import type { Labeler } from "../segment/labeler.ts";
import type { SpatialModel } from "../spatial/apply.ts";

/**
 * Single-atlas segmentation (SAS): the spatial model registers the atlas to the scan and its labels follow, as warped
 * one-hot maps, so that the way back to the scan's own grid interpolates no labels. Several atlases vote.
 */
export async function createSingleAtlas(
  atlases: readonly PreparedAtlas[],
  spatial: SpatialModel,
  { classes, extents }: { readonly classes: number; readonly extents: Shape },
  options: CompileOptions,
): Promise<Labeler> {
  const share = 1 / atlases.length;
  const truth = oneHot(input("classes", [1, 1, ...extents]), classes); // [1, classes, D, H, W]
  const warped = mul(warp(truth, input("displacement", [1, 3, ...extents])), share);
  const session = await compile({ votes: warped }, options);
  return {
    async probabilities(image) {
      let sum: Float32Array | undefined;
      for (const atlas of atlases) {
        const { displacement } = await spatial.atlasToSubject(atlas.image, image);
        const { votes } = await session.run({ classes: atlas.classes, displacement });
        sum = sum === undefined ? votes : added(sum, votes);
      }
      return sum ?? new Float32Array();
    },
    dispose: () => session.dispose(),
  };
}

/** The floor: the first atlas's labels where the affine alignment alone puts them. */
export function createAffineOnly([atlas]: readonly PreparedAtlas[], classes: number): Labeler {
  const voxels = atlas.classes.length;
  const truth = new Float32Array(classes * voxels);
  atlas.classes.forEach((classIndex, voxel) => {
    truth[classIndex * voxels + voxel] = 1;
  });
  return { probabilities: async () => truth, dispose: async () => {} };
}

function added(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, index) => value + b[index]);
}
