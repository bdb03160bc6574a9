import { labelColor } from "./label-colors.ts";
import type { Picture } from "./picture.ts";
import type { Frame, Plane } from "./plane.ts";

/** Share of the label's color; the scan shows through the rest. */
const SHARE = 0.6;

/** Tints the voxels of every class but 0 in its color. @param classes `[rows, columns]`. */
export function tintClasses(picture: Picture, classes: ArrayLike<number>, plane: Plane, frame: Frame): void {
  const { width, height, data } = picture;
  const [rows, columns] = [plane.rows.count, plane.columns.count];
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = Math.floor(((height - y - 0.5) * rows) / frame.height);
    for (let x = 0; x < width; x++, pixel += 3) {
      const own = classes[row * columns + Math.floor(((x + 0.5) * columns) / frame.width)];
      if (own === 0) continue;
      const color = labelColor(own);
      for (let c = 0; c < 3; c++) data[pixel + c] = Math.round(data[pixel + c] * (1 - SHARE) + color[c] * SHARE);
    }
  }
}
