import { InputError } from "../errors.ts";
import { assertVolumeOrSlice } from "../volume/flat-axis.ts";
import { assertSameGrid } from "../volume/grid.ts";
import type { LabelMap, Volume } from "../volume/volume.ts";
import type { NiftiHeader } from "./nifti-header.ts";
import { type NiftiFile, niftiPairNames, readNifti } from "./nifti-read.ts";

/** Bytes of a file by its path. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** A scan as read, with the header that results on its grid are written with. */
export interface Scan {
  readonly volume: Volume;
  readonly header: NiftiHeader;
}

/**
 * Reads a 3-D image, or a 2-D one as a volume of one slice; both files of a .hdr/.img pair.
 * @throws InputError for anything that is neither
 */
export async function readScan(readFile: ReadFile, path: string): Promise<Scan> {
  const file = await openNifti(readFile, path);
  assertVolumeOrSlice(file.grid, path);
  return { volume: file.readVolume(), header: file.header };
}

/** Reads a label map of three or two dimensions. @throws InputError where it is none. */
export async function readLabelMap(readFile: ReadFile, path: string): Promise<LabelMap> {
  const file = await openNifti(readFile, path);
  assertVolumeOrSlice(file.grid, path);
  return file.readLabels();
}

/** Reads an image and its labels, which must lie on one grid. */
export async function readLabeledScan(
  readFile: ReadFile,
  paths: { readonly image: string; readonly labels: string },
): Promise<Scan & { readonly labels: LabelMap }> {
  const scan = await readScan(readFile, paths.image);
  const labels = await readLabelMap(readFile, paths.labels);
  assertSameGrid(scan.volume, labels, paths.image, paths.labels);
  if (labels.data.every((label) => label === 0)) {
    throw new InputError({
      subject: paths.labels,
      expected: "a label map with at least one label",
      got: "background everywhere",
      todo: "Give the label map that an expert made for this scan.",
    });
  }
  return { ...scan, labels };
}

async function openNifti(readFile: ReadFile, path: string): Promise<NiftiFile> {
  const bytes = await readFile(path);
  const pair = niftiPairNames(path);
  return pair === undefined
    ? readNifti(bytes, { name: path })
    : readNifti(await readFile(pair.header), { name: path, image: await readImage(readFile, pair) });
}

/** The .img of a pair. Where it is missing, the message names the .hdr, which is the file that was asked for. */
async function readImage(readFile: ReadFile, pair: { header: string; image: string }): Promise<Uint8Array> {
  try {
    return await readFile(pair.image);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const got = `${cause.problem.subject}, ${cause.problem.got}`;
    throw new InputError(
      {
        subject: pair.header,
        expected: "its image beside it",
        got,
        todo: "Put both files of the pair into one folder.",
      },
      { cause },
    );
  }
}
