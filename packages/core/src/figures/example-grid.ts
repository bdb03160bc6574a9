import type { Grid } from "../volume/volume.ts";
import { drawLabels } from "./draw-labels.ts";
import { tellingSlice } from "./fullest-slice.ts";
import { intensityWindow } from "./intensity-window.ts";
import { pixelSizeMm } from "./page-scale.ts";
import { type CaptionedPicture, encodePng, montage } from "./picture.ts";
import { cutPlane, frameOf, grayPicture, planeOf, spaceOf } from "./plane.ts";

/** A scan on the prepared grid, `[D, H, W]`, normalized intensities. */
export interface TargetScan {
  readonly id: string;
  readonly image: Float32Array;
}

/** A synthesized example beside the scans that it was made after. */
export interface ExampleRow {
  /** The scan that it took its shape from. */
  readonly spatialTarget: TargetScan;
  /** The scan that it took its intensities from. */
  readonly appearanceTarget: TargetScan;
  /** The example, `[D, H, W]`. */
  readonly image: Float32Array;
  /** Its class indices, `[D, H, W]`, 0 is background. */
  readonly classes: ArrayLike<number>;
}

const GAP = 6;

/**
 * PNG with a row for each example: spatial target, appearance target, example, example with its labels: up to
 * seven outlined, more tinted and outlined in black.
 * One slice for all, the one that shows most of the first example's labels. One window of intensities for all, so that
 * what the appearance change did is seen: from percentile 1 to 99 of all that is shown.
 * @param rows At least one; about five fill a page.
 */
export function exampleGrid(rows: readonly ExampleRow[], grid: Grid): CaptionedPicture {
  const space = spaceOf(grid);
  const { axis, slice } = tellingSlice(rows[0].classes, space);
  const plane = planeOf(space, axis, slice);
  const pixelMm = pixelSizeMm(
    new Array(4).fill(plane.columns.count * plane.columnMm),
    rows.map(() => plane.rows.count * plane.rowMm),
    Math.min(plane.rowMm, plane.columnMm),
    GAP,
  );
  const frame = frameOf(plane, pixelMm);
  const cuts = rows.map(({ spatialTarget, appearanceTarget, image }) =>
    [spatialTarget.image, appearanceTarget.image, image].map((values) => cutPlane(values, space, plane)),
  );
  const window = intensityWindow(cuts.flat());
  const pictures = rows.map(({ classes }, r) => {
    const shown = cuts[r].map((cut) => cut.map(window));
    const [spatial, appearance, example, labeled] = [...shown, shown[2]].map((cut) => grayPicture(cut, plane, frame));
    drawLabels(labeled, shown[2], cutPlane(classes, space, plane), plane, frame);
    return [spatial, appearance, example, labeled];
  });
  return { png: encodePng(montage(pictures, GAP)), caption: captionOf(rows) };
}

function captionOf(rows: readonly ExampleRow[]): string {
  const pairs = rows.map(({ spatialTarget, appearanceTarget }) => `${spatialTarget.id} and ${appearanceTarget.id}`);
  return (
    "Left to right: the scan that an example took its shape from, the scan that it took its intensities from, the " +
    `example, the example with its labels. By rows, the two scans: ${pairs.join("; ")}.`
  );
}
