import { InputError } from "../errors.ts";
import type { LayoutOptions, Listing } from "./layout.ts";
import { LAYOUTS } from "./layouts/layouts.ts";
import type { Manifest } from "./manifest.ts";

/** A data set folder, understood: the layout it has and what is in it. Paths stay relative to the folder. */
export interface Dataset {
  readonly layout: string;
  readonly manifest: Manifest;
}

/**
 * Reads a data set folder in whichever known layout it has.
 * @throws InputError for an empty folder, an unknown layout, and everything that the layout finds wrong.
 */
export async function readDataset(listing: Listing, options: LayoutOptions): Promise<Dataset> {
  if (listing.list().length === 0) {
    throw new InputError({
      subject: listing.name,
      expected: "a data set",
      got: "an empty folder",
      todo: "Check the path.",
    });
  }
  for (const layout of LAYOUTS) {
    if (await layout.detect(listing)) return { layout: layout.name, manifest: await layout.read(listing, options) };
  }
  throw new InputError({
    subject: listing.name,
    expected: `one of the layouts ${LAYOUTS.map((layout) => `${layout.name} (${layout.looksLike})`).join("; ")}`,
    got: `a folder with ${listing.list().slice(0, 3).join(", ")}`,
    todo: "Or name the files with --atlas, --labels and --unlabeled.",
  });
}
