import { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import { fileOf, volumesIn } from "../dataset/folder-files.ts";
import type { LayoutOptions, Listing } from "../dataset/layout.ts";
import type { UnlabeledCase } from "../dataset/manifest.ts";
import { readDataset } from "../dataset/read-dataset.ts";
import { assumeLabels } from "./assumed-labels.ts";

/** The scans of a data set that may be looked at before anything is labeled. Paths are relative to its folder. */
export interface ScanPool {
  readonly name: string;
  /** Training scans and further unlabeled ones. Scans held out for validation and test are not among them. */
  readonly scans: readonly UnlabeledCase[];
  /** Ids of the training scans: each of them could be labeled. */
  readonly training: readonly string[];
  /** The ids that the data set itself proposes; empty where it proposes none. */
  readonly proposed: readonly string[];
}

const splitFile: z.ZodType<{
  readonly split: { readonly train: readonly string[] };
  readonly atlas_candidates?: readonly string[] | undefined;
}> = z.object({
  split: z.object({ train: z.array(z.string()) }),
  atlas_candidates: z.array(z.string()).optional(),
});

/**
 * Reads a data set in any layout that a run takes, as far as it has images. Labels need not be there and are not looked
 * for. The scans that a run would hold out for its test are the same.
 * @throws InputError as `readDataset` does
 */
export async function readScanPool(listing: Listing, options: Omit<LayoutOptions, "atlases">): Promise<ScanPool> {
  const { manifest, layout } = await readDataset(await assumeLabels(listing), options);
  const scans = [...manifest.atlases, ...manifest.unlabeled].map(({ id, image }) => ({ id, image }));
  if (layout !== "split-folder") {
    return { name: manifest.name, scans, training: scans.map(({ id }) => id), proposed: [] };
  }
  const text = await listing.readText("split.json");
  const { split, atlas_candidates: proposed = [] } = parseJson(splitFile, text, `${listing.name}/split.json`);
  // A data set may propose scans that are not on its list of training scans.
  const images = volumesIn(listing, "images");
  const further = proposed
    .filter((id) => scans.every((scan) => scan.id !== id))
    .map((id) => ({ id, image: fileOf(id, images, "images", listing.name) }));
  return { name: manifest.name, scans: [...scans, ...further], training: split.train, proposed };
}
