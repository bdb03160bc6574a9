import type { Color } from "./label-colors.ts";
import type { Picture } from "./picture.ts";

/** Lines to be drawn in one color: how much of each pixel they cover, 0 to 1. */
export interface LineLayer {
  readonly width: number;
  readonly height: number;
  readonly coverage: Float32Array;
}

export function lineLayer({ width, height }: { readonly width: number; readonly height: number }): LineLayer {
  return { width, height, coverage: new Float32Array(width * height) };
}

/**
 * Adds an antialiased segment with round ends, in pixels, y downwards. A pixel is covered by
 * `thickness / 2 + 1/2 - distance of its center to the segment`, cut to 0..1; where segments meet the larger one counts,
 * so that joints do not come out darker.
 */
export function addSegment(
  layer: LineLayer,
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  thickness: number,
): void {
  const reach = thickness / 2 + 0.5;
  const [dx, dy] = [toX - fromX, toY - fromY];
  const squared = dx * dx + dy * dy;
  const firstX = Math.max(0, Math.floor(Math.min(fromX, toX) - reach));
  const lastX = Math.min(layer.width - 1, Math.ceil(Math.max(fromX, toX) + reach));
  const firstY = Math.max(0, Math.floor(Math.min(fromY, toY) - reach));
  const lastY = Math.min(layer.height - 1, Math.ceil(Math.max(fromY, toY) + reach));
  for (let y = firstY; y <= lastY; y++) {
    for (let x = firstX; x <= lastX; x++) {
      const [px, py] = [x + 0.5 - fromX, y + 0.5 - fromY];
      const along = squared === 0 ? 0 : Math.min(Math.max((px * dx + py * dy) / squared, 0), 1);
      const covered = Math.min(reach - Math.hypot(px - along * dx, py - along * dy), 1);
      const at = y * layer.width + x;
      if (covered > layer.coverage[at]) layer.coverage[at] = covered;
    }
  }
}

const SHADES = 6;

/** Paints the lines into the picture. A few shades of an edge are smooth enough and keep the palette small. */
export function paintLines(picture: Picture, layer: LineLayer, color: Color): void {
  for (let pixel = 0; pixel < layer.coverage.length; pixel++) {
    const share = Math.round(layer.coverage[pixel] * SHADES) / SHADES;
    if (share === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * pixel + channel;
      picture.data[at] = Math.round(picture.data[at] + share * (color[channel] - picture.data[at]));
    }
  }
}
