import type { UnlabeledCase } from "../dataset/manifest.ts";
import { niftiPairNames } from "../io/nifti-read.ts";
import { type ReadFile, readScan } from "../io/read-scan.ts";
import type { Volume } from "../volume/volume.ts";

/** The image of a scan; no other file can be reached through this. */
export type ScanReader = (scan: UnlabeledCase) => Promise<Volume>;

/** Bytes of volumes that stay in memory; further ones are read again. */
const BUDGET = 512 * 2 ** 20;

/**
 * Reads the images of these scans and nothing else: the choice of an atlas must not see a label, so whatever file is
 * no image of the list is refused here, even if a later mistake asked for it.
 */
export function createScanReader(scans: readonly UnlabeledCase[], readFile: ReadFile): ScanReader {
  const images = new Set(scans.flatMap(({ image }) => Object.values(niftiPairNames(image) ?? { image })));
  const guarded: ReadFile = async (path) => {
    if (!images.has(path)) throw new Error(`${path} is not an image to choose from`);
    return readFile(path);
  };
  const kept = new Map<string, Volume>();
  let bytes = 0;
  return async ({ image }) => {
    const known = kept.get(image);
    if (known !== undefined) return known;
    const { volume } = await readScan(guarded, image);
    bytes += volume.data.byteLength;
    if (bytes <= BUDGET) kept.set(image, volume);
    return volume;
  };
}
