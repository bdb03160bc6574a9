import { z } from "zod";
import { parseJson } from "../check-against.ts";
import { chooseAtlases } from "../choose-atlases.ts";
import { fileOf, volumesIn, withoutBackground } from "../folder-files.ts";
import type { Layout, Listing } from "../layout.ts";
import { checkManifest, type LabeledCase, type UnlabeledCase } from "../manifest.ts";

interface SplitFile {
  readonly labels?: Readonly<Record<string, string>> | string | undefined;
  readonly split: {
    readonly train: readonly string[];
    readonly validation?: readonly string[] | undefined;
    readonly test?: readonly string[] | undefined;
  };
  readonly atlas_candidates?: readonly string[] | undefined;
}

const ids = z.array(z.string().min(1));
const splitFile: z.ZodType<SplitFile> = z.object({
  // Some data sets describe their labels in a sentence; then only the values of the atlas are known.
  labels: z.union([z.record(z.string().regex(/^\d+$/), z.string()), z.string()]).optional(),
  split: z.object({ train: ids.min(1), validation: ids.optional(), test: ids.optional() }),
  atlas_candidates: ids.optional(),
});

/** `images/ID.nii.gz`, `labels/ID.nii.gz`, `split.json` with the ids, and `unlabeled/` (or `unlabelled/`) for more scans. */
export const splitFolder: Layout = {
  name: "split-folder",
  looksLike: "split.json, images/, labels/",
  detect: async (listing: Listing) => listing.list().includes("split.json"),
  async read(listing, options) {
    const subject = `${listing.name}/split.json`;
    const split = parseJson(splitFile, await listing.readText("split.json"), subject);
    const images = volumesIn(listing, "images");
    const labels = volumesIn(listing, "labels");
    const labeled = (id: string): LabeledCase => ({
      id,
      image: fileOf(id, images, "images", listing.name),
      labels: fileOf(id, labels, "labels", listing.name),
    });
    const training = split.split.train;
    const candidates = [...new Set([...(split.atlas_candidates ?? []), ...training])].filter((id) => labels.has(id));
    const atlases = chooseAtlases(options.atlases, candidates, listing.name);
    const pool: UnlabeledCase[] = training
      .filter((id) => !atlases.includes(id))
      .map((id) => ({ id, image: fileOf(id, images, "images", listing.name) }));
    for (const folder of ["unlabeled", "unlabelled"]) {
      for (const [id, image] of volumesIn(listing, folder)) pool.push({ id, image });
    }
    return checkManifest(
      {
        name: listing.name,
        labels: typeof split.labels === "object" ? withoutBackground(split.labels) : {},
        atlases: atlases.map(labeled),
        unlabeled: pool,
        validation: (split.split.validation ?? []).map(labeled),
        test: (split.split.test ?? []).map(labeled),
      },
      subject,
    );
  },
};
