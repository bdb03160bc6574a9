import { type NIFTI1, type NIFTI2, readHeader } from "nifti-reader-js";
import { InputError } from "../errors.ts";
import { type Affine, isInvertible, multiplyAffines, type Point, scalingAffine } from "../volume/affine.ts";
import { affineFromQform } from "../volume/quaternion.ts";
import type { Dims, Grid } from "../volume/volume.ts";
import { describeDataTypeCode, NIFTI_DATA_TYPES, type NiftiDataType, niftiDataTypeOf } from "./nifti-data-type.ts";

/** What a NIfTI header says, and its bytes, from which results on the same grid are written. */
export interface NiftiHeader {
  readonly format: "nifti-1" | "nifti-2" | "analyze";
  readonly littleEndian: boolean;
  /** The image lies in a file of its own (.hdr and .img). */
  readonly paired: boolean;
  /** All extents as the file lists them, for example `[i, j, k, t]`. */
  readonly shape: readonly number[];
  readonly dataType: NiftiDataType;
  /** Voxels mean `stored * slope + intercept`. */
  readonly slope: number;
  readonly intercept: number;
  /** The first three extents and the affine, in mm also where the file counts in meters or microns. */
  readonly grid: Grid;
  readonly affineFrom: "sform" | "qform" | "pixdim";
  readonly qformCode: number;
  readonly sformCode: number;
  readonly intentCode: number;
  readonly description: string;
  /** Where the voxels begin. */
  readonly dataOffset: number;
  /** The fixed part, 348 or 540 bytes, as it stands in the file (that of ANALYZE is rewritten as NIfTI-1). */
  readonly bytes: Uint8Array;
  /** What a reader had to assume: one sentence each, for the person who gave the file. */
  readonly notes: readonly string[];
}

/** The size of the fixed part of a header, which is also its first number. */
export const HEADER_BYTES = { "nifti-1": 348, "nifti-2": 540 } as const;

/**
 * Reads the fixed part of a header. Throws an InputError for what is no NIfTI, or one that we cannot use.
 *
 * nifti-reader-js picks the fields out of the bytes. What it gets wrong on our samples is done here instead: it takes
 * the qform over the sform where its code is larger, and no qform at all in NIfTI-2; makes NaN of a quaternion that
 * rounding made longer than 1; gives images without either form an affine that disagrees with SPM and nibabel, and a
 * singular one where pixdim is 0; counts the unused extents (`dim[5] = 0`); accepts extents below 1, truncated images
 * and an offset behind the end; treats bytes as gzip if either of two magic bytes fits; and can loop forever in a
 * damaged header extension. So it is given the fixed part alone, which hides extensions from it.
 */
export function parseNiftiHeader(start: Uint8Array, name: string): NiftiHeader {
  const format = formatOf(start, name);
  // Not slice(), which shares memory if a caller passes a Node Buffer.
  const bytes = new Uint8Array(start.subarray(0, HEADER_BYTES[format === "nifti-2" ? "nifti-2" : "nifti-1"]));
  if (format === "analyze") rewriteAsNifti(bytes);
  const raw = readHeader(bytes.buffer, true);
  const notes: string[] = [];
  if (format === "analyze") notes.push("An ANALYZE header; its field for the orientation is not used.");
  const shape = shapeOf(raw, name);
  const dataType = niftiDataTypeOf(raw.datatypeCode);
  if (dataType === undefined) {
    throw new InputError({
      subject: name,
      expected: "one real number for each voxel",
      got: describeDataTypeCode(raw.datatypeCode),
      todo: "Convert it to a gray-scale image first.",
    });
  }
  if (raw.numBitsPerVoxel !== 8 * NIFTI_DATA_TYPES[dataType].bytes) {
    notes.push(`The header says ${raw.numBitsPerVoxel} bits a voxel for ${dataType}; the type is believed.`);
  }
  const scaled = raw.scl_slope !== 0 && Number.isFinite(raw.scl_slope);
  const { affine, from } = affineOf(raw, bytes, format, shape, name, notes);
  return {
    format,
    littleEndian: raw.littleEndian,
    paired: raw.magic.startsWith("ni"),
    shape,
    dataType,
    slope: scaled ? raw.scl_slope : 1,
    intercept: scaled && Number.isFinite(raw.scl_inter) ? raw.scl_inter : 0,
    grid: { dims: spatialDims(shape), affine },
    affineFrom: from,
    qformCode: raw.qform_code,
    sformCode: raw.sform_code,
    intentCode: raw.intent_code,
    description: raw.description,
    dataOffset: raw.vox_offset,
    bytes,
    notes,
  };
}

function formatOf(start: Uint8Array, name: string): NiftiHeader["format"] {
  const refuse = (got: string): InputError =>
    new InputError({
      subject: name,
      expected: "a NIfTI-1 or NIfTI-2 file (.nii, .nii.gz, or .hdr with .img)",
      got,
      todo: "Convert the file to NIfTI, or copy it again if it was one.",
    });
  if (start.length === 0) throw refuse("an empty file");
  if (start.length < HEADER_BYTES["nifti-1"]) throw refuse(`${start.length} bytes, which is less than a header`);
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  if (sizes.includes(540)) {
    if (!["n+2", "ni2"].includes(ascii(start, 4, 3))) throw refuse("a header without the NIfTI-2 mark");
    if (start.length < HEADER_BYTES["nifti-2"]) throw refuse(`${start.length} bytes, which is less than a header`);
    return "nifti-2";
  }
  if (!sizes.includes(348)) throw refuse("a header that does not begin with its size, 348 or 540");
  const magic = ascii(start, 344, 3);
  if (["n+1", "ni1"].includes(magic)) return "nifti-1";
  if (magic === "\0\0\0" && /\.hdr(\.gz)?$/i.test(name)) return "analyze";
  throw refuse(`a header with the mark ${JSON.stringify(magic)} instead of "n+1" or "ni1"`);
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** ANALYZE shares the first 252 bytes; what follows (orientation, patient, dates) means something else in NIfTI. */
function rewriteAsNifti(bytes: Uint8Array): void {
  bytes.fill(0, 252, 344);
  bytes.set([0x6e, 0x69, 0x31, 0], 344); // "ni1"
  bytes[123] = 2; // mm
}

function shapeOf(raw: NIFTI1 | NIFTI2, name: string): readonly number[] {
  const rank = raw.dims[0];
  const shape = rank >= 1 && rank <= 7 ? raw.dims.slice(1, rank + 1) : [];
  if (shape.length > 0 && shape.every((extent) => extent >= 1)) return shape;
  throw new InputError({
    subject: name,
    expected: "1 to 7 extents, each at least 1",
    got: shape.length > 0 ? shape.join("x") : `${rank} extents`,
    todo: "The header is damaged; export the image again.",
  });
}

function spatialDims(shape: readonly number[]): Dims {
  return [shape[0], shape[1] ?? 1, shape[2] ?? 1];
}

/** The sform where it has a code, else the qform where it has one, else the spacing alone: the order of nibabel and ITK. */
function affineOf(
  raw: NIFTI1 | NIFTI2,
  bytes: Uint8Array,
  format: NiftiHeader["format"],
  shape: readonly number[],
  name: string,
  notes: string[],
): { affine: Affine; from: NiftiHeader["affineFrom"] } {
  // A spacing that is 0 or not a number counts as 1 mm, and a negative one as its size: orientation is told elsewhere.
  const spacing = [1, 2, 3].map((axis) => Math.abs(raw.pixDims[axis]) || 1) as unknown as Point;
  const from = raw.sform_code > 0 ? "sform" : raw.qform_code > 0 ? "qform" : "pixdim";
  const stored = {
    sform: () => sformRows(bytes, format, raw.littleEndian),
    qform: () =>
      affineFromQform({
        quaternion: [raw.quatern_b, raw.quatern_c, raw.quatern_d],
        qfac: raw.pixDims[0] < 0 ? -1 : 1,
        spacingMm: spacing,
        offsetMm: [raw.qoffset_x, raw.qoffset_y, raw.qoffset_z],
      }),
    pixdim: () => centeredLas(shape, spacing),
  }[from]();
  if (!isInvertible(stored)) {
    throw new InputError({
      subject: name,
      expected: "an affine that gives every voxel a place of its own",
      got: `the ${from} [${stored.slice(0, 12).join(" ")}]`,
      todo: "Set the orientation in the header again, for example by exporting the image anew.",
    });
  }
  if (from === "pixdim") {
    notes.push(
      "The header does not say how the scan lies (no sform, no qform); taken as i to the left, j front, k up.",
    );
  }
  const unit = raw.xyzt_units & 7;
  const toMm = unit === 1 ? 1000 : unit === 3 ? 0.001 : 1;
  if (toMm !== 1) notes.push(`The header counts in ${unit === 1 ? "meters" : "microns"}; converted to mm.`);
  return { affine: toMm === 1 ? stored : multiplyAffines(scalingAffine([toMm, toMm, toMm]), stored), from };
}

function sformRows(bytes: Uint8Array, format: NiftiHeader["format"], littleEndian: boolean): Affine {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const rows = Array.from({ length: 12 }, (_, index) =>
    format === "nifti-2"
      ? view.getFloat64(400 + 8 * index, littleEndian)
      : view.getFloat32(280 + 4 * index, littleEndian),
  );
  return [...rows, 0, 0, 0, 1];
}

/** Without a form: the center of the volume at 0 and i to the left, as ANALYZE images were kept; SPM and nibabel agree. */
function centeredLas(shape: readonly number[], [x, y, z]: Point): Affine {
  const [ni, nj, nk] = spatialDims(shape);
  return [-x, 0, 0, (x * (ni - 1)) / 2, 0, y, 0, (-y * (nj - 1)) / 2, 0, 0, z, (-z * (nk - 1)) / 2, 0, 0, 0, 1];
}
