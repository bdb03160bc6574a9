import { labelColor } from "./label-colors.ts";
import type { Picture } from "./picture.ts";
import type { Frame, Plane } from "./plane.ts";

/** With more labels than this, colored outlines are a thicket: labels are tinted. As many as there are plain hues. */
export const MOST_OUTLINED = 7;

/** Share of the label's color; the scan shows through the rest. */
const SHARE = 0.6;

/**
 * Fills the voxels of every class but 0 with a mixture of the class's color and the voxel's gray. Each is filled evenly:
 * labels are voxel by voxel, and files of smooth tints would be three times as large.
 * @param image Intensities from 0 to 1, `[rows, columns]`, as `classes`.
 */
export function tintClasses(
  picture: Picture,
  image: Float32Array,
  classes: ArrayLike<number>,
  plane: Plane,
  frame: Frame,
): void {
  const [rows, columns] = [plane.rows.count, plane.columns.count];
  for (let y = 0, pixel = 0; y < frame.height; y++) {
    const row = Math.floor(((frame.height - y - 0.5) * rows) / frame.height);
    for (let x = 0; x < frame.width; x++, pixel += 3) {
      const voxel = row * columns + Math.floor(((x + 0.5) * columns) / frame.width);
      if (classes[voxel] === 0) continue;
      const tint = labelColor(classes[voxel]).map((value) => SHARE * value + (1 - SHARE) * 255 * image[voxel]);
      picture.data.set(tint, pixel);
    }
  }
}
