import { gzipSync } from "fflate";
import { assertSameGrid } from "../volume/grid.ts";
import type { LabelMap, Volume } from "../volume/volume.ts";
import type { VolumeSeries } from "../volume/volume-series.ts";
import { NIFTI_DATA_TYPES, type NiftiDataType } from "./nifti-data-type.ts";
import { HEADER_BYTES, type NiftiHeader } from "./nifti-header.ts";
import { newHeaderBytes } from "./nifti-new-header.ts";
import { encodeValues } from "./nifti-values.ts";

export interface WriteNiftiOptions {
  /**
   * The header of the input whose grid the content lies on. Dims, spacing, both forms and their codes, units, slice
   * order, byte order and description are taken over bit by bit; an InputError says so if the grids differ.
   * Without it a NIfTI-1 header for the content's own grid is made (NIfTI-2 beyond 32,767 voxels along an axis).
   */
  readonly like?: NiftiHeader;
  /** Default: true. Compressed bytes are the same for the same content. */
  readonly gzip?: boolean;
  /** Default: float32; for labels the smallest of uint8, int16 and int32 that holds them. */
  readonly dataType?: NiftiDataType;
  /** Up to 79 characters; default: that of `like`, else empty. */
  readonly description?: string;
}

/** The bytes of a .nii.gz (or .nii) file. */
export function writeNifti(content: Volume | LabelMap | VolumeSeries, options: WriteNiftiOptions = {}): Uint8Array {
  const { header, voxels } = encode(content, options, "single");
  const bytes = new Uint8Array(header.length + 4 + voxels.length); // 4 zeros: no extension follows
  bytes.set(header);
  bytes.set(voxels, header.length + 4);
  return options.gzip === false ? bytes : gzipped(bytes);
}

/** The bytes of a .hdr and an .img file (.hdr.gz and .img.gz unless `gzip` is false). */
export function writeNiftiPair(
  content: Volume | LabelMap | VolumeSeries,
  options: WriteNiftiOptions = {},
): { readonly header: Uint8Array; readonly image: Uint8Array } {
  const { header, voxels } = encode(content, options, "pair");
  const bytes = new Uint8Array(header.length + 4);
  bytes.set(header);
  return options.gzip === false ? { header: bytes, image: voxels } : { header: gzipped(bytes), image: gzipped(voxels) };
}

/** No time stamp, so that equal content gives equal bytes. */
function gzipped(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 6, mtime: 0 });
}

function encode(
  content: Volume | LabelMap | VolumeSeries,
  options: WriteNiftiOptions,
  layout: "single" | "pair",
): { header: Uint8Array; voxels: Uint8Array } {
  const { like } = options;
  if (like !== undefined) assertSameGrid(like.grid, content, "the input", "the result to write");
  const dataType = options.dataType ?? defaultDataType(content);
  const header = like === undefined ? newHeaderBytes(content) : like.bytes.slice();
  const littleEndian = like?.littleEndian ?? true;
  patchHeader(header, content, { ...options, littleEndian, dataType, layout });
  return { header, voxels: encodeValues(content.data, dataType, littleEndian) };
}

function defaultDataType(content: Volume | LabelMap | VolumeSeries): NiftiDataType {
  if (content.kind !== "labels") return "float32";
  const largest = content.data.reduce((max, value) => Math.max(max, value), 0);
  return largest < 2 ** 8 ? "uint8" : largest < 2 ** 15 ? "int16" : "int32";
}

interface Patch extends WriteNiftiOptions {
  readonly littleEndian: boolean;
  readonly dataType: NiftiDataType;
  readonly layout: "single" | "pair";
}

/** Where each field stands that says how the voxels are stored or what they mean (nifti1.h, nifti2.h). */
const FIELDS = {
  "nifti-1": {
    dim: 40,
    intent: 68,
    parameters: 56,
    type: 70,
    bits: 72,
    offset: 108,
    slope: 112,
    range: 124,
    text: 148,
    intentName: 328,
    magic: 344,
  },
  "nifti-2": {
    dim: 16,
    intent: 504,
    parameters: 80,
    type: 12,
    bits: 14,
    offset: 168,
    slope: 176,
    range: 192,
    text: 240,
    intentName: 508,
    magic: 4,
  },
} as const;

/** Sets those fields and leaves everything else as it is: the grid, its codes and units, slice order, description. */
function patchHeader(header: Uint8Array, content: Volume | LabelMap | VolumeSeries, patch: Patch): void {
  const version = header.length === HEADER_BYTES["nifti-2"] ? "nifti-2" : "nifti-1";
  const fields = FIELDS[version];
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const { littleEndian } = patch;
  const wide = version === "nifti-2";
  const real = (at: number, index: number, value: number): void =>
    wide ? view.setFloat64(at + 8 * index, value, littleEndian) : view.setFloat32(at + 4 * index, value, littleEndian);
  const long = (at: number, value: number): void =>
    wide ? view.setBigInt64(at, BigInt(value), littleEndian) : view.setInt16(at, value, littleEndian);

  const shape = shapeOf(content, patch.like);
  if (shape !== undefined) {
    const dim = [shape.length, ...shape];
    for (let index = 0; index < 8; index++) long(fields.dim + (wide ? 8 : 2) * index, dim[index] ?? 1);
  }
  const intent = content.kind === "vectors" ? 1007 : 0; // NIFTI_INTENT_VECTOR
  if (wide) view.setInt32(fields.intent, intent, littleEndian);
  else view.setInt16(fields.intent, intent, littleEndian);
  for (let index = 0; index < 3; index++) real(fields.parameters, index, 0);
  header.fill(0, fields.intentName, fields.intentName + 16);
  const { code, bytes } = NIFTI_DATA_TYPES[patch.dataType];
  view.setInt16(fields.type, code, littleEndian);
  view.setInt16(fields.bits, 8 * bytes, littleEndian);
  real(fields.slope, 0, 1);
  real(fields.slope, 1, 0);
  real(fields.range, 0, 0); // display range: that of the input means nothing here
  real(fields.range, 1, 0);
  const offset = patch.layout === "pair" ? 0 : header.length + 4;
  if (wide) view.setBigInt64(fields.offset, BigInt(offset), littleEndian);
  else view.setFloat32(fields.offset, offset, littleEndian);
  if (patch.description !== undefined) {
    header.fill(0, fields.text, fields.text + 80);
    header.set(new TextEncoder().encode(patch.description).subarray(0, 79), fields.text);
  }
  header.set(new TextEncoder().encode(patch.layout === "pair" ? "ni" : "n+"), fields.magic);
}

/**
 * The extents to write; undefined where those of the input stand, so that one volume goes out as it came in, with
 * trailing extents of 1 or without. Vectors are 5-D with time 1, as the standard wants them.
 */
function shapeOf(
  content: Volume | LabelMap | VolumeSeries,
  like: NiftiHeader | undefined,
): readonly number[] | undefined {
  if (content.kind === "series") return [...content.dims, content.count];
  if (content.kind === "vectors") return [...content.dims, 1, content.count];
  if (like?.shape.slice(3).every((extent) => extent === 1)) return undefined;
  return content.dims;
}
