import { classIndices } from "../prepare/class-indices.ts";
import { normalize } from "../prepare/normalize.ts";
import { assertSameGrid } from "../volume/grid.ts";
import { reorient } from "../volume/orientation.ts";
import type { LabelMap, Volume } from "../volume/volume.ts";
import { drawOutlines } from "./draw-outlines.ts";
import { fullestSlices } from "./fullest-slice.ts";
import { type Color, hexColor, labelColor, mixColors } from "./label-colors.ts";
import { labeledWindow } from "./labeled-window.ts";
import { pixelSizeMm } from "./page-scale.ts";
import type { RankedScan } from "./pick-scans.ts";
import { type CaptionedPicture, encodePng, montage, type Picture } from "./picture.ts";
import { type Axis, cutPlane, frameOf, grayPicture, type Plane, planeOf, type Space, spaceOf } from "./plane.ts";
import { MOST_OUTLINED, tintClasses } from "./tint-classes.ts";

/** A test scan with the expert's labels and an arm's, all on the scan's own grid. */
export interface ComparedScan extends RankedScan {
  readonly volume: Volume;
  readonly truth: LabelMap;
  readonly prediction: LabelMap;
}

export interface OutlinedScans extends CaptionedPicture {
  /** The color of each label, as CSS writes it, for a legend. */
  readonly colors: readonly { readonly label: number; readonly color: string }[];
}

const GAP = 6;
const BLACK: Color = [0, 0, 0];
const WHITE: Color = [255, 255, 255];
/** What is shown around the labels, as a share of their longest extent. */
const MARGIN = 0.12;

/**
 * PNG with a column for each scan and a row for each of three orthogonal slices, those with the most labeled voxels in
 * the truth: from the side, the front and above; one row where scans are single slices. Scans are upright in RAS (the
 * patient's right is on the right), cut to their labels and what lies around, one scale in mm for all, intensities
 * clipped to percentiles 1..99.
 *
 * Up to seven labels: truth as a solid line in the label's color, prediction as pale dashes with black between them.
 * More: prediction as a tint of the label's color with a white border, truth as a black line over it, so that white is
 * left where they differ. Both can be read in gray print.
 *
 * Scan names and scores stand in the caption and not in the picture: `CaptionedPicture` says why.
 * @param scans At least one; `pickScans` chooses them.
 * @throws InputError where labels and scan are on different grids.
 */
export function outlinedScans(scans: readonly ComparedScan[], labels: readonly number[]): OutlinedScans {
  const views = scans.map((scan) => viewsOf(scan, labels));
  const rows = views[0].planes.map((_, row) => views.map(({ planes }) => planes[row]));
  const pixelMm = pixelSizeMm(
    views.map(({ planes }) => Math.max(...planes.map(({ columns, columnMm }) => columns.count * columnMm))),
    rows.map((row) => Math.max(...row.map(({ rows: { count }, rowMm }) => count * rowMm))),
    Math.min(...views.map(({ space }) => Math.min(...space.spacingMm.filter((_, axis) => space.extents[axis] > 1)))),
    GAP,
  );
  const outlined = labels.length <= MOST_OUTLINED;
  const draw = outlined ? drawBothOutlines : drawTintAndOutline;
  const pictures = rows.map((row) => row.map((plane, column) => drawView(views[column], plane, pixelMm, draw)));
  const colors = labels.map((label, index) => ({ label, color: hexColor(labelColor(index + 1)) }));
  return { png: encodePng(montage(pictures, GAP)), caption: captionOf(scans, rows.length, outlined), colors };
}

/** A scan as arrays on its upright grid. */
interface View {
  readonly space: Space;
  readonly image: Float32Array;
  readonly truth: ArrayLike<number>;
  readonly prediction: ArrayLike<number>;
  readonly planes: readonly Plane[];
}

function viewsOf({ id, volume, truth, prediction }: ComparedScan, labels: readonly number[]): View {
  assertSameGrid(volume, truth, `scan ${id}`, "its true labels");
  assertSameGrid(volume, prediction, `scan ${id}`, "its predicted labels");
  const upright = reorient(volume, "RAS");
  const space = spaceOf(upright);
  const classes = (map: LabelMap): Float32Array => classIndices(reorient(map, "RAS"), labels);
  const [trueClasses, predictedClasses] = [classes(truth), classes(prediction)];
  const slices = fullestSlices(trueClasses, space.extents);
  const window = labeledWindow([trueClasses, predictedClasses], space, MARGIN);
  const flat = space.extents.indexOf(1);
  const axes: readonly Axis[] = flat < 0 ? [2, 1, 0] : [flat as Axis];
  return {
    space,
    image: normalize(upright, { kind: "percentile", low: 1, high: 99 }, id).data,
    truth: trueClasses,
    prediction: predictedClasses,
    planes: axes.map((axis) => planeOf(space, axis, slices[axis], window)),
  };
}

type DrawLabels = typeof drawBothOutlines;

function drawView(view: View, plane: Plane, pixelMm: number, draw: DrawLabels): Picture {
  const frame = frameOf(plane, pixelMm);
  const image = cutPlane(view.image, view.space, plane);
  const picture = grayPicture(image, plane, frame);
  const [truth, prediction] = [view.truth, view.prediction].map((values) => cutPlane(values, view.space, plane));
  draw({ picture, image, truth, prediction, plane, frame });
  return picture;
}

interface Drawing {
  readonly picture: Picture;
  /** This and the next: `[rows, columns]` of the plane. */
  readonly image: Float32Array;
  readonly truth: Float32Array;
  readonly prediction: Float32Array;
  readonly plane: Plane;
  readonly frame: ReturnType<typeof frameOf>;
}

function drawBothOutlines({ picture, truth, prediction, plane, frame }: Drawing): void {
  // A rim of black keeps the line apart from tissue that is as bright as its color.
  drawOutlines(picture, truth, plane, frame, { thickness: 5, color: () => BLACK });
  drawOutlines(picture, truth, plane, frame, { thickness: 4, color: labelColor });
  const lighter = (classIndex: number): Color => mixColors(labelColor(classIndex), WHITE, 0.7);
  const dash = { on: 9, off: 6, gapColor: BLACK };
  drawOutlines(picture, prediction, plane, frame, { thickness: 3, color: lighter, dash });
}

function drawTintAndOutline({ picture, image, truth, prediction, plane, frame }: Drawing): void {
  tintClasses(picture, image, prediction, plane, frame);
  // Black covers white where the two agree, so that white is left where they do not, in gray print too.
  drawOutlines(picture, prediction, plane, frame, { thickness: 1, color: () => WHITE });
  drawOutlines(picture, truth, plane, frame, { thickness: 1, color: () => BLACK });
}

function captionOf(scans: readonly RankedScan[], rows: number, outlined: boolean): string {
  const columns = scans.map(({ rank, id, dice }) => `${rank} ${id} (Dice ${dice.toFixed(3)})`).join(", ");
  const slices = rows === 3 ? " Rows: from the side, from the front, from above, each where the truth is fullest." : "";
  const lines = outlined
    ? "Solid lines: truth. Pale dashes with black between them: prediction. Colors: labels."
    : "Tints: predicted labels. Black lines: true borders. White lines: predicted borders where they are not the true ones.";
  return `Left to right: ${columns}.${slices} ${lines}`;
}
