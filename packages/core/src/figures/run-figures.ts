import { normalize } from "../prepare/normalize.ts";
import type { PreparedAtlas } from "../prepare/prepared-set.ts";
import { reorient } from "../volume/orientation.ts";
import type { LabelMap, Volume } from "../volume/volume.ts";
import { fullestSlices } from "./fullest-slice.ts";
import { encodePng, montage, type Picture, slicePicture } from "./picture.ts";

const ZOOM = 4;
/** Slices across i show the body from the side: j to the right, k upwards. */
const AXIS = 2;

/** A scan on the prepared grid with the classes that it was given. */
export interface LabeledArrays {
  readonly image: Float32Array;
  readonly classes: ArrayLike<number>;
}

/** PNG of the atlas with its labels and of synthesized examples with theirs, in one slice; below, without outlines. */
export function examplesFigure(
  atlas: PreparedAtlas,
  examples: readonly LabeledArrays[],
  extents: readonly number[],
): Uint8Array {
  const slice = fullestSlices(atlas.classes, extents)[AXIS];
  const view = ({ image, classes }: LabeledArrays, outlined: boolean): Picture =>
    slicePicture({ image, extents, slice, axis: AXIS, zoom: ZOOM, ...(outlined ? { classes } : {}) });
  const shown = [atlas, ...examples];
  return encodePng(montage([shown.map((one) => view(one, true)), shown.map((one) => view(one, false))]));
}

/** One test scan with the label maps to show, all on the scan's own grid; the first one picks the slice. */
export interface LabeledScan {
  readonly volume: Volume;
  readonly labelMaps: readonly LabelMap[];
}

/** PNG with a column for each scan and a row for each of its label maps. */
export function scansFigure(scans: readonly LabeledScan[], labels: readonly number[]): Uint8Array {
  const classOf = new Map(labels.map((label, index) => [label, index + 1]));
  const columns = scans.map(({ volume, labelMaps }) => {
    const upright = reorient(volume, "RAS");
    const image = normalize(upright, { kind: "percentile", low: 1, high: 99 }, "figure").data;
    const [i, j, k] = upright.dims;
    const extents = [k, j, i];
    const classes = labelMaps.map((map) => Array.from(reorient(map, "RAS").data, (label) => classOf.get(label) ?? 0));
    const slice = fullestSlices(classes[0], extents)[AXIS];
    return classes.map((own) => slicePicture({ image, classes: own, extents, slice, axis: AXIS, zoom: ZOOM }));
  });
  return encodePng(montage(columns[0].map((_, row) => columns.map((column) => column[row]))));
}
