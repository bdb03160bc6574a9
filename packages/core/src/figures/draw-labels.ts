import { drawOutlines } from "./draw-outlines.ts";
import { labelColor } from "./label-colors.ts";
import type { Picture } from "./picture.ts";
import type { Frame, Plane } from "./plane.ts";
import { MOST_OUTLINED, tintClasses } from "./tint-classes.ts";

/**
 * Shows the classes of a plane in its picture: up to seven as outlines in their colors, more as tints with black borders.
 * @param image Intensities from 0 to 1, `[rows, columns]`, as `classes`.
 */
export function drawLabels(
  picture: Picture,
  image: Float32Array,
  classes: Float32Array,
  plane: Plane,
  frame: Frame,
): void {
  if (classes.every((classIndex) => classIndex <= MOST_OUTLINED)) {
    drawOutlines(picture, classes, plane, frame, { thickness: 2, color: labelColor });
  } else {
    tintClasses(picture, image, classes, plane, frame);
    drawOutlines(picture, classes, plane, frame, { thickness: 1, color: () => [0, 0, 0] });
  }
}
