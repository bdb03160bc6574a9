import { type Affine, linearPart, type Point } from "../volume/affine.ts";
import { affineFromQform, qformFromAffine } from "../volume/quaternion.ts";
import type { Grid } from "../volume/volume.ts";
import { HEADER_BYTES } from "./nifti-header.ts";

/** NIFTI_XFORM_ALIGNED_ANAT: coordinates that agree with those of another scan. */
const ALIGNED = 2;
const MILLIMETERS = 2;
const LARGEST_SHORT = 32_767;

/**
 * The fixed part of a little-endian header for a grid, without what says how voxels are stored. The sform holds the
 * affine; the qform holds it too, and has a code, unless the axes are not perpendicular, which it cannot express.
 */
export function newHeaderBytes(grid: Grid): Uint8Array {
  const wide = grid.dims.some((extent) => extent > LARGEST_SHORT);
  const bytes = new Uint8Array(HEADER_BYTES[wide ? "nifti-2" : "nifti-1"]);
  const view = new DataView(bytes.buffer);
  const qform = qformFromAffine(grid.affine);
  const qformCode = hasPerpendicularAxes(grid.affine) ? ALIGNED : 0;
  const reals = (at: number, values: readonly number[]): void => {
    values.forEach((value, index) => {
      if (wide) view.setFloat64(at + 8 * index, value, true);
      else view.setFloat32(at + 4 * index, value, true);
    });
  };
  view.setInt32(0, bytes.length, true);
  reals(wide ? 104 : 76, [qform.qfac, ...qform.spacingMm, 1, 1, 1, 1]);
  reals(wide ? 352 : 256, [...qform.quaternion, ...qform.offsetMm]);
  reals(wide ? 400 : 280, grid.affine.slice(0, 12));
  if (wide) {
    view.setInt32(344, qformCode, true);
    view.setInt32(348, ALIGNED, true);
    view.setInt32(500, MILLIMETERS, true);
    bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4); // "n+2", and line ends that a text transfer would spoil
  } else {
    view.setInt16(252, qformCode, true);
    view.setInt16(254, ALIGNED, true);
    view.setUint8(123, MILLIMETERS);
    bytes[38] = 0x72; // "r": a field of ANALYZE that old programs still look at
    bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  }
  return bytes;
}

function hasPerpendicularAxes(affine: Affine): boolean {
  const back = linearPart(affineFromQform(qformFromAffine(affine)));
  const scale: Point = qformFromAffine(affine).spacingMm;
  return linearPart(affine).every((value, index) => Math.abs(value - back[index]) < 1e-5 * scale[index % 3]);
}
