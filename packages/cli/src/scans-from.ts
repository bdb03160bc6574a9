import { caseId, InputError, isVolumePath } from "@voxelsmith/core";
import { expand } from "./dataset-options.ts";

/**
 * The volumes among files and folders that a person named, by ids.
 * @param results what is named after the ids, for messages
 * @throws InputError where there is none, and where two have one id
 */
export async function scansFrom(
  paths: readonly string[],
  results: string,
): Promise<readonly { readonly id: string; readonly image: string }[]> {
  const files = await expand(paths);
  const scans = files.filter(isVolumePath).map((image) => ({ id: caseId(image), image }));
  if (scans.length === 0) {
    const got = files.length === 0 ? "an empty folder" : `${files.length} files, none of them a volume`;
    throw new InputError({
      subject: `-i ${paths.join(" ")}`,
      expected: "volumes (.nii.gz, .nii, .hdr with .img)",
      got,
      todo: "Check the path.",
    });
  }
  const seen = new Map<string, string>();
  for (const { id, image } of scans) {
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      throw new InputError({
        subject: `case ${id}`,
        expected: `different file names, because ${results} are named after them`,
        got: `${earlier} and ${image}`,
        todo: "Take them in two commands.",
      });
    }
    seen.set(id, image);
  }
  return scans;
}
