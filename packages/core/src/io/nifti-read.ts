import { InputError } from "../errors.ts";
import { type NonFinite, toVolume } from "../volume/image.ts";
import { toLabelMap } from "../volume/label-map.ts";
import { type Grid, type LabelMap, type Volume, voxelCount } from "../volume/volume.ts";
import type { VolumeSeries } from "../volume/volume-series.ts";
import { gunzip, gunzipStart, isGzip } from "./gunzip.ts";
import { NIFTI_DATA_TYPES } from "./nifti-data-type.ts";
import { HEADER_BYTES, type NiftiHeader, parseNiftiHeader } from "./nifti-header.ts";
import { decodeValues } from "./nifti-values.ts";

export interface ReadNiftiOptions {
  /** The file's name, for messages; .gz at its end must tell the truth. */
  readonly name: string;
  /** The .img file of a .hdr file. */
  readonly image?: Uint8Array;
}

/** A NIfTI file whose bytes are complete; voxels are decoded when asked for. */
export interface NiftiFile {
  readonly header: NiftiHeader;
  readonly grid: Grid;
  /** 3 for a volume, 2 for a single slice: how many of the three spatial extents exceed 1. */
  readonly ndim: number;
  /** Time points, components and the like; 1 for a plain volume. */
  readonly volumeCount: number;
  /** The image; a file with several volumes needs an index from 0. */
  readVolume(options?: { readonly index?: number; readonly nonFinite?: NonFinite }): Volume;
  /** The labels, checked to be integers from 0 upwards. */
  readLabels(options?: { readonly index?: number }): LabelMap;
  /** All volumes one after the other; "vectors" where the header's intent says so (1006, 1007). */
  readSeries(): VolumeSeries;
}

const VECTOR_INTENTS = [1006, 1007];
/** More than any header; extensions are not read. */
const START = HEADER_BYTES["nifti-2"];

/** The header alone, without inflating the image: for lists of files. */
export function readNiftiHeader(bytes: Uint8Array, name: string): NiftiHeader {
  return parseNiftiHeader(unzippedStart(bytes, name), name);
}

/** Reads .nii, .nii.gz, or .hdr (.hdr.gz) with its .img (.img.gz). Throws an InputError for what cannot be used. */
export function readNifti(bytes: Uint8Array, { name, image }: ReadNiftiOptions): NiftiFile {
  const header = readNiftiHeader(bytes, name);
  const volumeCount = header.shape.slice(3).reduce((product, extent) => product * extent, 1);
  const volumeBytes = voxelCount(header.grid.dims) * NIFTI_DATA_TYPES[header.dataType].bytes;
  const voxels = voxelBytes(header, header.paired ? image : bytes, volumeBytes * volumeCount, name);

  const decode = (first: number, count: number): ArrayLike<number> =>
    decodeValues(
      voxels.subarray(first * volumeBytes, (first + count) * volumeBytes),
      header.dataType,
      header.littleEndian,
    );
  const one = (index: number | undefined): ArrayLike<number> => {
    if (index === undefined && volumeCount > 1) {
      throw new InputError({
        subject: name,
        expected: "one 3-D volume",
        got: `${volumeCount} volumes (${header.shape.join("x")})`,
        todo: "Split the file and give one volume.",
      });
    }
    if (index !== undefined && !(Number.isInteger(index) && index >= 0 && index < volumeCount)) {
      throw new RangeError(`${name} holds volumes 0 to ${volumeCount - 1}, not ${index}`);
    }
    return decode(index ?? 0, 1);
  };
  const { grid, slope, intercept } = header;
  return {
    header,
    grid,
    ndim: grid.dims.filter((count) => count > 1).length,
    volumeCount,
    readVolume: ({ index, nonFinite = "refuse" } = {}) =>
      toVolume(grid, one(index), name, { slope, intercept, nonFinite }),
    readLabels: ({ index } = {}) => {
      const stored = one(index);
      const scaled = slope === 1 && intercept === 0;
      return toLabelMap(grid, scaled ? stored : Float64Array.from(stored, (v) => v * slope + intercept), name);
    },
    readSeries: () => ({
      ...toVolume(grid, decode(0, volumeCount), name, { slope, intercept }),
      kind: VECTOR_INTENTS.includes(header.intentCode) ? "vectors" : "series",
      count: volumeCount,
    }),
  };
}

/** Names of the two files of a pair, whichever of the two is given; undefined for .nii. */
export function niftiPairNames(name: string): { readonly header: string; readonly image: string } | undefined {
  const match = /^(.*)\.(hdr|img)(\.gz)?$/i.exec(name);
  if (match === null) return undefined;
  const [, stem, kind, gz = ""] = match;
  const upper = kind === kind.toUpperCase();
  return { header: `${stem}.${upper ? "HDR" : "hdr"}${gz}`, image: `${stem}.${upper ? "IMG" : "img"}${gz}` };
}

/** Content decides, not the name: gzip under the name .nii is read. The other way round is a sign of damage. */
function unzippedStart(bytes: Uint8Array, name: string): Uint8Array {
  if (isGzip(bytes)) return gunzipStart(bytes, START, name);
  if (bytes.length > 0 && /\.gz$/i.test(name)) {
    throw new InputError({
      subject: name,
      expected: "a gzip file, as .gz says",
      got: "other content",
      todo: "Take .gz off the name if the file is not compressed, or copy it again.",
    });
  }
  return bytes.subarray(0, START);
}

/** The bytes of all voxels, or an InputError where the file ends before them; nothing is allocated for what is not there. */
function voxelBytes(header: NiftiHeader, bytes: Uint8Array | undefined, length: number, name: string): Uint8Array {
  if (bytes === undefined) {
    throw new InputError({
      subject: name,
      expected: `its image ${niftiPairNames(name)?.image ?? "(.img)"} beside it`,
      got: "the header alone",
      todo: "Put both files into one folder.",
    });
  }
  // A single file cannot begin inside its own header; writers that leave the offset 0 mean right behind it.
  const behindHeader = header.paired ? 0 : header.bytes.length + 4;
  const offset = Math.max(header.dataOffset, behindHeader);
  const end = offset + length;
  const missing = (there: number): InputError =>
    new InputError({
      subject: name,
      expected: `${end} bytes for ${header.shape.join("x")} voxels of ${header.dataType} from byte ${offset}`,
      got: `${there} bytes`,
      todo: "The file is cut short or its header is damaged; copy or export it again.",
    });
  if (!Number.isSafeInteger(end)) throw missing(bytes.length);
  const content = isGzip(bytes) ? gunzip(bytes, end, name) : bytes;
  if (content.length < end) throw missing(content.length);
  return content.subarray(offset, end);
}
