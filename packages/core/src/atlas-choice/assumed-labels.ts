import { z } from "zod";
import { caseId, plainPath, withoutChannel } from "../dataset/case-id.ts";
import { parseJson } from "../dataset/check-against.ts";
import type { Listing } from "../dataset/layout.ts";

const namedLabels: z.ZodType<{ readonly training?: readonly { readonly label?: string | undefined }[] | undefined }> =
  z.object({ training: z.array(z.object({ label: z.string().optional() })).optional() });

/**
 * The data set as it will be once all training scans are labeled: the layouts ask for the names of label files, never
 * for their content, and before an atlas is chosen there need be none. Label files that are there are left out, so that
 * neither their presence nor their names can make a difference.
 */
export async function assumeLabels(listing: Listing): Promise<Listing> {
  const there = listing.list().filter((path) => !/^labels(Tr)?\//.test(path));
  const named = there.includes("dataset.json")
    ? parseJson(namedLabels, await listing.readText("dataset.json"), `${listing.name}/dataset.json`)
    : {};
  const labels = new Set(
    (named.training ?? []).flatMap(({ label }) => (label === undefined ? [] : [plainPath(label)])),
  );
  for (const path of there) {
    const [folder, ...rest] = path.split("/");
    if (folder === "images" && rest.length === 1) labels.add(`labels/${rest[0]}`);
    if (folder === "imagesTr" && rest.length === 1) labels.add(`labelsTr/${withoutChannel(caseId(path))}.nii.gz`);
  }
  const all = [...there, ...labels].sort();
  return { ...listing, list: () => all };
}
