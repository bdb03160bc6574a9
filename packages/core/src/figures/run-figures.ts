import { classIndices } from "../prepare/class-indices.ts";
import { normalize } from "../prepare/normalize.ts";
import type { PreparedAtlas } from "../prepare/prepared-set.ts";
import { reorient } from "../volume/orientation.ts";
import type { Grid, LabelMap, Volume } from "../volume/volume.ts";
import { drawLabels } from "./draw-labels.ts";
import { fullestSlices, tellingSlice } from "./fullest-slice.ts";
import { encodePng, montage, type Picture } from "./picture.ts";
import { cutPlane, frameOf, grayPicture, type Plane, planeOf, type Space, spaceOf } from "./plane.ts";

/** Longest side of one picture in pixels: eight of them side by side still fit a screen, and a label's border is seen. */
const LONGEST = 320;
/** Small scans are enlarged to no more than this, because there is nothing more to see. */
const PIXELS_PER_VOXEL = 4;

/** A scan on the prepared grid with the classes that it was given. */
export interface LabeledArrays {
  readonly image: Float32Array;
  readonly classes: ArrayLike<number>;
}

/** PNG of the atlas with its labels and of synthesized examples with theirs, in one slice; below, without outlines. */
export function examplesFigure(atlas: PreparedAtlas, examples: readonly LabeledArrays[], grid: Grid): Uint8Array {
  const space = spaceOf(grid);
  const { axis, slice } = tellingSlice(atlas.classes, space);
  const plane = planeOf(space, axis, slice);
  const pixelMm = pixelSizeMm([plane]);
  const row = (isOutlined: boolean): Picture[] =>
    [atlas, ...examples].map(({ image, classes }) =>
      planePicture(image, isOutlined ? classes : undefined, space, plane, pixelMm),
    );
  return encodePng(montage([row(true), row(false)]));
}

/** One test scan with the label maps to show, all on the scan's own grid; the first one picks the slice. */
export interface LabeledScan {
  readonly volume: Volume;
  readonly labelMaps: readonly LabelMap[];
}

/** PNG with a column for each scan and a row for each of its label maps; the first scan says from which side. */
export function scansFigure(scans: readonly LabeledScan[], labels: readonly number[]): Uint8Array {
  const upright = scans.map(({ volume, labelMaps }) => {
    const scan = reorient(volume, "RAS");
    return {
      space: spaceOf(scan),
      image: normalize(scan, { kind: "percentile", low: 1, high: 99 }, "figure").data,
      maps: labelMaps.map((map) => classIndices(reorient(map, "RAS"), labels)),
    };
  });
  const { axis: side } = tellingSlice(upright[0].maps[0], upright[0].space);
  const planes = upright.map(({ space, maps }) => {
    const isSlice = space.extents.includes(1);
    const axis = isSlice ? tellingSlice(maps[0], space).axis : side;
    return planeOf(space, axis, fullestSlices(maps[0], space.extents)[axis]);
  });
  const pixelMm = pixelSizeMm(planes);
  const columns = upright.map(({ space, image, maps }, scan) =>
    maps.map((classes) => planePicture(image, classes, space, planes[scan], pixelMm)),
  );
  return encodePng(montage(columns[0].map((_, row) => columns.map((column) => column[row]))));
}

/** One scale for all, so that people of different size look it. */
function pixelSizeMm(planes: readonly Plane[]): number {
  const sides = planes.flatMap(({ rows, rowMm, columns, columnMm }) => [rows.count * rowMm, columns.count * columnMm]);
  const voxelMm = Math.min(...planes.flatMap(({ rowMm, columnMm }) => [rowMm, columnMm]));
  return Math.max(Math.max(...sides) / LONGEST, voxelMm / PIXELS_PER_VOXEL);
}

function planePicture(
  image: Float32Array,
  classes: ArrayLike<number> | undefined,
  space: Space,
  plane: Plane,
  pixelMm: number,
): Picture {
  const frame = frameOf(plane, pixelMm);
  const values = cutPlane(image, space, plane);
  const picture = grayPicture(values, plane, frame);
  if (classes !== undefined) drawLabels(picture, values, cutPlane(classes, space, plane), plane, frame);
  return picture;
}
