import { type Shape, sizeOf } from "@voxelsmith/engine";
import type { SegmentConfig } from "./config.ts";

/** Voxels of the largest patch that `auto` takes: those of a cube of 64. A larger grid costs more steps than it gives. */
const AUTO_VOXELS = 64 ** 3;

/**
 * Extents of what a 3-D network sees at once: the whole grid, a patch of the settings (never larger than the grid), or,
 * for `auto`, the grid whose longest axis is shortened until no more than 64^3 voxels are left.
 */
export function patchExtents({ patch, channels }: Pick<SegmentConfig, "patch" | "channels">, extents: Shape): Shape {
  if (patch === "whole") return extents;
  if (patch !== "auto") return extents.map((all, axis) => Math.min(all, patch[axis]));
  const step = 2 ** (channels.length - 1); // the network halves that often: what it can divide stays so
  const shortened = [...extents];
  while (sizeOf(shortened) > AUTO_VOXELS) {
    const longest = shortened.indexOf(Math.max(...shortened));
    if (shortened[longest] <= step) return shortened;
    shortened[longest] -= step;
  }
  return shortened;
}
