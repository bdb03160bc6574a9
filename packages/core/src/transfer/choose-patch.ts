import type { Shape } from "@voxelsmith/engine";
import { type ResnetConfig, resnetStride } from "../networks/resnet-config.ts";
import type { TransferConfig } from "./config.ts";
import { assertPatchFits } from "./transfer-network.ts";

/** Beyond this a training step on an ordinary processor takes seconds. */
const MOST = 64;

/**
 * Extents of a sample: those of the settings, or along each axis the median over the training images, brought between
 * what the encoder's stride needs and 64 voxels.
 * @throws InputError where the settings' patch is smaller than the stride allows
 */
export function choosePatch(
  wanted: TransferConfig["patch"],
  images: readonly { readonly extents: Shape }[],
  encoder: ResnetConfig,
): Shape {
  const patch =
    wanted === "auto"
      ? resnetStride(encoder).map((stride, axis) => {
          const sorted = images.map(({ extents }) => extents[axis]).sort((a, b) => a - b);
          return Math.max(2 * stride, Math.min(MOST, sorted[sorted.length >> 1] ?? MOST));
        })
      : wanted;
  assertPatchFits(patch, encoder);
  return patch;
}
