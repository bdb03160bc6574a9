import type { Color } from "./label-colors.ts";
import { type Loop, outlineLoops } from "./outline-loops.ts";
import type { Picture } from "./picture.ts";
import type { Frame, Plane } from "./plane.ts";

export interface OutlineStyle {
  /** Pixels, measured into the region from its border: neighbors have their lines side by side. */
  readonly thickness: number;
  color(classIndex: number): Color;
  /** Length in pixels of a dash and of the gap after it, stretched so that a whole number goes around. */
  readonly dash?: { readonly on: number; readonly off: number; readonly gapColor?: Color };
}

/** Draws into the picture the outlines of all classes but 0, along the sides of the voxels: what is drawn is what was scored. */
export function drawOutlines(
  picture: Picture,
  classes: ArrayLike<number>,
  plane: Plane,
  frame: Frame,
  style: OutlineStyle,
): void {
  for (const classIndex of new Set(Array.from(classes))) {
    if (classIndex === 0) continue;
    const loops = outlineLoops(classes, plane.rows.count, plane.columns.count, classIndex);
    for (const loop of loops) drawLoop(picture, loop, frame, style, style.color(classIndex));
  }
}

function drawLoop(picture: Picture, loop: Loop, frame: Frame, style: OutlineStyle, color: Color): void {
  const points = loop.map(([column, row]) => [Math.round(frame.x(column)), Math.round(frame.y(row))] as const);
  const next = (n: number): readonly [number, number] => points[n % points.length];
  const lengths = points.map(([x, y], n) => Math.abs(next(n + 1)[0] - x) + Math.abs(next(n + 1)[1] - y));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { dash, thickness } = style;
  const period = dash === undefined ? 1 : total / Math.max(1, Math.round(total / (dash.on + dash.off)));
  const onShare = dash === undefined ? 1 : dash.on / (dash.on + dash.off);

  let travelled = 0;
  for (const [n, [x, y]] of points.entries()) {
    const length = lengths[n];
    const [dx, dy] = [Math.sign(next(n + 1)[0] - x), Math.sign(next(n + 1)[1] - y)];
    const [leftX, leftY] = [dy, -dx]; // y runs downwards
    const turnsRight = (next(n + 2)[0] - next(n + 1)[0]) * leftX + (next(n + 2)[1] - next(n + 1)[1]) * leftY < 0;
    // Around a corner that turns right the next side begins a thickness away from this one's end.
    for (let along = 0; along < length + (turnsRight ? thickness : 0); along++) {
      const isOn = ((travelled + along) / period) % 1 < onShare;
      const shade = isOn ? color : dash?.gapColor;
      if (shade === undefined) continue;
      for (let across = 0; across < thickness; across++) {
        // A pixel is named by its upper left corner, so steps to the left or upwards begin one pixel earlier.
        const px = x + dx * along + leftX * across - (dx < 0 || leftX < 0 ? 1 : 0);
        const py = y + dy * along + leftY * across - (dy < 0 || leftY < 0 ? 1 : 0);
        if (px < 0 || py < 0 || px >= picture.width || py >= picture.height) continue;
        picture.data.set(shade, 3 * (py * picture.width + px));
      }
    }
    travelled += length;
  }
}
