import { InputError } from "../errors.ts";
import { caseId, isVolumePath } from "./case-id.ts";
import type { Listing } from "./layout.ts";
import { nearMatches } from "./near-matches.ts";

/** The volumes directly in one folder of a data set, by id. @throws InputError for an id with two files. */
export function volumesIn(listing: Listing, folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of listing.list()) {
    if (!path.startsWith(`${folder}/`) || path.indexOf("/", folder.length + 1) >= 0 || !isVolumePath(path)) continue;
    const id = caseId(path);
    const earlier = found.get(id);
    if (earlier !== undefined) {
      throw new InputError({
        subject: `${listing.name}: case ${id}`,
        expected: "one file",
        got: `${earlier} and ${path}`,
        todo: "Remove one of them.",
      });
    }
    found.set(id, path);
  }
  return found;
}

/** The file of a case that the data set names. @throws InputError naming the case and the folder. */
export function fileOf(id: string, files: ReadonlyMap<string, string>, folder: string, dataset: string): string {
  const path = files.get(id);
  if (path !== undefined) return path;
  const near = nearMatches(id, [...files.keys()]);
  throw new InputError({
    subject: `${dataset}: case ${id}`,
    expected: `a volume ${folder}/${id}.nii.gz`,
    got: "no such file",
    todo: near.length > 0 ? `Add it; the folder has ${near.join(", ")}.` : "Add it, or take the case off the list.",
  });
}

/** A path that a data set file names. @throws InputError where the folder does not have it. */
export function presentPath(path: string, listing: Listing, namedBy: string): string {
  if (listing.list().includes(path)) return path;
  const near = nearMatches(path, listing.list().filter(isVolumePath));
  throw new InputError({
    subject: `${listing.name}/${path}`,
    expected: `a file, because ${namedBy} names it`,
    got: "no such file",
    todo: near.length > 0 ? `Did it mean ${near.join(", ")}?` : `Add the file or correct ${namedBy}.`,
  });
}

/** Label names as data set files write them, `{ "1": "anterior" }`, without background. */
export function withoutBackground(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([value]) => Number(value) !== 0));
}
