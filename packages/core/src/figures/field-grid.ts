import type { Grid } from "../volume/volume.ts";
import { tellingSlice } from "./fullest-slice.ts";
import { intensityWindow } from "./intensity-window.ts";
import type { Color } from "./label-colors.ts";
import { levelLines } from "./level-lines.ts";
import { addSegment, lineLayer, paintLines } from "./line-layer.ts";
import { pixelSizeMm } from "./page-scale.ts";
import { type CaptionedPicture, encodePng, montage, type Picture } from "./picture.ts";
import {
  axesOf,
  cutPlane,
  type Frame,
  frameOf,
  grayPicture,
  type Plane,
  planeOf,
  type Space,
  spaceOf,
} from "./plane.ts";

/** The field that warps an atlas onto a subject. */
export interface SubjectField {
  readonly id: string;
  /** u of the pull-back `atlas(x + u(x))`, `[3, D, H, W]` in voxels, channels in D, H, W order. */
  readonly displacement: Float32Array;
  /** Jacobian determinant of `x + u(x)`, `[D, H, W]`: `jacobianDeterminant` of evaluate. */
  readonly determinant: Float32Array;
  /** The subject on the prepared grid, `[D, H, W]`, normalized intensities. */
  readonly image: Float32Array;
}

/** Fields side by side. */
const COLUMNS = 3;
const GAP = 6;
/** Lines along the longer side of a picture. */
const LINES = 24;
const THICKNESS = 1.2;
/** The image is shown between this gray and white, so that dark lines and marks stand out. */
const FAINTEST = 0.6;
const GRAYS = 32;
const LINE_COLOR: Color = [0, 40, 90];
const FOLD_COLOR: Color = [213, 94, 0];

/**
 * PNG of fields as grids: what a regular grid drawn on the atlas becomes when the atlas is warped onto each subject, over
 * the subject. The lines are where a component of `x + u(x)` takes equally spaced values, straight and square in mm where
 * nothing moves. Voxels whose Jacobian determinant is <= 0 are filled. One slice for all, the one that shows most of the
 * atlas's labels; what a field does across the slice shows in the marks alone.
 * @param subjects At least one; six make a picture of about 200 kB.
 * @param classes Of the atlas, `[D, H, W]` on `grid`, 0 is background.
 */
export function fieldGrid(subjects: readonly SubjectField[], grid: Grid, classes: ArrayLike<number>): CaptionedPicture {
  const space = spaceOf(grid);
  const { axis, slice } = tellingSlice(classes, space);
  const plane = planeOf(space, axis, slice);
  const rows = Array.from({ length: Math.ceil(subjects.length / COLUMNS) }, (_, row) =>
    subjects.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );
  const pixelMm = pixelSizeMm(
    rows[0].map(() => plane.columns.count * plane.columnMm),
    rows.map(() => plane.rows.count * plane.rowMm),
    Math.min(plane.rowMm, plane.columnMm),
    GAP,
  );
  const frame = frameOf(plane, pixelMm);
  const pictures = rows.map((row) => row.map((subject) => fieldPicture(subject, space, plane, frame)));
  return { png: encodePng(montage(pictures, GAP)), caption: captionOf(subjects) };
}

function fieldPicture(
  { displacement, determinant, image }: SubjectField,
  space: Space,
  plane: Plane,
  frame: Frame,
): Picture {
  const cut = cutPlane(image, space, plane);
  const window = intensityWindow([cut]);
  const faint = cut.map((value) => FAINTEST + (1 - FAINTEST) * window(value));
  const picture = grayPicture(faint, plane, frame, GRAYS);
  fillFolds(picture, cutPlane(determinant, space, plane), plane, frame);

  const [rows, columns] = [plane.rows.count, plane.columns.count];
  const stepMm = Math.max(rows * plane.rowMm, columns * plane.columnMm) / LINES;
  const layer = lineLayer(frame);
  const [up, right] = axesOf(plane.axis);
  for (const [component, count, spacingMm] of [
    [up, rows, plane.rowMm],
    [right, columns, plane.columnMm],
  ]) {
    const voxels = image.length;
    const moved = cutPlane(displacement.subarray(component * voxels, (component + 1) * voxels), space, plane);
    const places = moved.map((u, at) => u + (component === up ? Math.floor(at / columns) : at % columns)); // voxels
    const step = stepMm / spacingMm;
    // Symmetrical, and the outermost lines half a step inside the border, where none wanders in and out.
    const levels = { offset: (count - 1 + step) / 2, step };
    for (const [from, to] of levelLines(places, rows, columns, levels)) {
      addSegment(layer, atCenter(frame, from), atCenter(frame, to), THICKNESS);
    }
  }
  paintLines(picture, layer, LINE_COLOR);
  return picture;
}

/** Pixels of a place that counts from voxel centers. */
function atCenter(frame: Frame, [column, row]: readonly [number, number]): [number, number] {
  return [frame.x(column + 0.5), frame.y(row + 0.5)];
}

function fillFolds(picture: Picture, determinant: Float32Array, plane: Plane, frame: Frame): void {
  for (let row = 0, at = 0; row < plane.rows.count; row++) {
    for (let column = 0; column < plane.columns.count; column++, at++) {
      if (determinant[at] > 0) continue;
      for (let y = Math.round(frame.y(row + 1)); y < Math.round(frame.y(row)); y++) {
        for (let x = Math.round(frame.x(column)); x < Math.round(frame.x(column + 1)); x++) {
          picture.data.set(FOLD_COLOR, 3 * (y * picture.width + x));
        }
      }
    }
  }
}

function captionOf(subjects: readonly SubjectField[]): string {
  const folded = ({ determinant }: SubjectField): number =>
    determinant.reduce((count, value) => (value <= 0 ? count + 1 : count), 0) / determinant.length;
  const shares = subjects.map((subject) => `${subject.id} (${(100 * folded(subject)).toFixed(2)} %)`).join(", ");
  return (
    "A regular grid on the atlas as each learned field warps it, over the subject that it is warped onto; filled: voxels " +
    `that fold. By rows, with the share of folded voxels in the whole volume: ${shares}.`
  );
}
