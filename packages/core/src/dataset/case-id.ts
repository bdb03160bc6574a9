/** Ends of file names that hold volumes, longest first. `.img` is left out: its `.hdr` stands for the pair. */
export const VOLUME_ENDINGS: readonly string[] = [".nii.gz", ".hdr.gz", ".nii", ".hdr"];

/** Whether a path names a volume; macOS's `._name` companions and other hidden files never do. */
export function isVolumePath(path: string): boolean {
  const name = fileName(path);
  return !name.startsWith(".") && VOLUME_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

/** The id of a case: its file name without folder and ending. `scans/ana_01.nii.gz` is `ana_01`. */
export function caseId(path: string): string {
  const name = fileName(path);
  const ending = VOLUME_ENDINGS.find((one) => name.toLowerCase().endsWith(one)) ?? "";
  return name.slice(0, name.length - ending.length);
}

/** The id without nnU-Net's channel number: `case_0000` and `case` are one case. */
export function withoutChannel(id: string): string {
  return id.replace(/_\d{4}$/, "");
}

/** A path as data set files write it (`./imagesTr/a.nii.gz`, or with backslashes), in one form. */
export function plainPath(path: string): string {
  return path.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
}

function fileName(path: string): string {
  return plainPath(path).split("/").at(-1) ?? path;
}
