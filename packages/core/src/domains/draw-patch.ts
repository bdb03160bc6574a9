import { type Random, type Shape, sizeOf } from "@voxelsmith/engine";
import { copyBox } from "../volume/copy-box.ts";
import { NOT_LABELED } from "./plan.ts";
import type { LabeledVolume } from "./prepare-case.ts";

/** Where a patch lies, as plain data. */
export interface PatchDraw {
  /** Its first voxel along D, H, W; negative where the patch is larger than the volume. */
  readonly start: Shape;
  /** The class that it is centered on, or null for a patch from anywhere. */
  readonly around: number | null;
}

/** A patch as the network sees it: `[D, H, W]` each. */
export interface Patch {
  readonly image: Float32Array;
  readonly classes: Float32Array;
}

/**
 * Draws a patch of `patchExtents`: with probability `labelShare` around a labeled voxel (a class among those present,
 * each as likely as the others, then one of its voxels), else from anywhere. The patch is moved into the volume; along
 * axes on which it is larger, the volume lies in its middle.
 */
export function drawPatch(random: Random, volume: LabeledVolume, patchExtents: Shape, labelShare: number): PatchDraw {
  const { extents, classes } = volume;
  const wantsLabel = random.uniform() < labelShare;
  const sizes = wantsLabel && classes !== undefined ? foreground(classes) : new Map<number, number>();
  if (classes === undefined || sizes.size === 0) {
    const start = extents.map((extent, axis) =>
      extent > patchExtents[axis]
        ? random.integer(extent - patchExtents[axis] + 1)
        : centered(extent, patchExtents[axis]),
    );
    return { start, around: null };
  }
  const around = random.choice([...sizes.keys()].sort((a, b) => a - b));
  const at = positionOf(classes, around, random.integer(sizes.get(around) ?? 1));
  const [, height, width] = extents;
  const voxel = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
  const start = voxel.map((index, axis) => {
    const room = extents[axis] - patchExtents[axis];
    if (room <= 0) return centered(extents[axis], patchExtents[axis]);
    return Math.max(0, Math.min(room, index - (patchExtents[axis] >> 1)));
  });
  return { start, around };
}

/** The patch of a draw; outside the volume the image is 0, its mean, and no voxel counts as labeled. */
export function cutPatch(volume: LabeledVolume, { start }: Pick<PatchDraw, "start">, patchExtents: Shape): Patch {
  const image = new Float32Array(sizeOf(patchExtents));
  const classes = new Float32Array(image.length).fill(NOT_LABELED);
  copyBox(volume.image, volume.extents, start, image, patchExtents);
  if (volume.classes !== undefined) copyBox(volume.classes, volume.extents, start, classes, patchExtents);
  return { image, classes };
}

function centered(extent: number, patchExtent: number): number {
  return 0 - Math.floor((patchExtent - extent) / 2); // not -0
}

/** Voxels of each class behind background. */
function foreground(classes: Float32Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (let index = 0; index < classes.length; index++) {
    if (classes[index] > 0) sizes.set(classes[index], (sizes.get(classes[index]) ?? 0) + 1);
  }
  return sizes;
}

/** Index of the nth voxel of a class. */
function positionOf(classes: Float32Array, wanted: number, nth: number): number {
  let left = nth;
  for (let index = 0; index < classes.length; index++) {
    if (classes[index] === wanted && left-- === 0) return index;
  }
  throw new RangeError(`class ${wanted} has no voxel ${nth}`);
}
