import type { Manifest } from "./manifest.ts";

/** A data set folder as core sees it: names and small texts, whatever holds them. Paths are relative, with `/`. */
export interface Listing {
  /** How a person finds the folder, for messages. */
  readonly name: string;
  list(): readonly string[];
  readText(path: string): Promise<string>;
}

/** What a person may choose about a data set. */
export interface LayoutOptions {
  /** Ids of the cases whose labels may be used, or all that have labels; default: the first candidate of the data set. */
  readonly atlases?: readonly string[] | "all" | undefined;
  /** The fold of nnU-Net's `splits_final.json` whose validation cases are the test scans; default 0. */
  readonly fold?: number | undefined;
  /** The channel of a data set that has several. */
  readonly channel?: number | undefined;
  /** Share of the labeled cases, last by id, kept for the test where the data set names no labeled test; default 0.2. */
  readonly holdOut?: number | undefined;
}

/** A way in which people lay out data sets on disk. */
export interface Layout {
  readonly name: string;
  /** One line: the files by which the layout is known. */
  readonly looksLike: string;
  detect(listing: Listing): Promise<boolean>;
  read(listing: Listing, options: LayoutOptions): Promise<Manifest>;
}

/** A listing over texts in memory, for tests and pages; volumes need no text. */
export function memoryListing(name: string, files: Readonly<Record<string, string>>): Listing {
  return {
    name,
    list: () => Object.keys(files).sort(),
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`${name} has no ${path}`);
      return text;
    },
  };
}
