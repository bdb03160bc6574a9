import type { Shape2d } from "./clip-classes.ts";

/**
 * Distance of a point to the outline of a shape of radius 1 around the origin, negative inside. Beyond corners it is
 * smaller than the Euclidean one, which only the rim of one pixel could tell.
 */
export function shapeDistance(shape: Shape2d, y: number, x: number): number {
  switch (shape) {
    case "disk":
      return Math.hypot(y, x) - 0.9;
    case "ring":
      return Math.abs(Math.hypot(y, x) - 0.72) - 0.24;
    case "square":
      return box(y, x, 0.75, 0.75);
    case "bar":
      return box(y, x, 0.3, 1);
    case "cross":
      return Math.min(box(y, x, 0.3, 1), box(y, x, 1, 0.3));
    case "triangle":
      return Math.max(-0.5 - y, (Math.sqrt(3) * Math.abs(x) + y - 1) / 2); // corners at distance 1
  }
}

/** A rectangle of half heights and widths. */
function box(y: number, x: number, height: number, width: number): number {
  return Math.max(Math.abs(y) - height, Math.abs(x) - width);
}
