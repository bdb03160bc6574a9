import { InputError } from "@voxelsmith/core";
import { filesBelow, kindOf } from "./files.ts";

/** Refuses an output folder with files in it, unless the person said that they may be overwritten. */
export async function emptyOutput(folder: string, overwrite: boolean): Promise<void> {
  const kind = await kindOf(folder);
  if (kind === "nothing") return;
  const files = kind === "folder" ? await filesBelow(folder) : [];
  if (kind === "folder" && (files.length === 0 || overwrite)) return;
  throw new InputError({
    subject: `-o ${folder}`,
    expected: "a new or empty folder",
    got: kind === "file" ? "a file" : `a folder with ${files.length} files in it`,
    todo: kind === "file" ? "Choose a folder." : "Choose another folder, or add --overwrite.",
  });
}

/** Folders that `--resume` goes on with, by the words that name them. */
const RESUMABLE: readonly string[] = ["a run", "a comparison", "a pretraining", "a transfer"];

/** What stands where a new run or comparison should be written. A folder that `--resume` goes on with has its name. */
export function inTheWay(output: string, got: string): InputError {
  const canResume = RESUMABLE.includes(got);
  return new InputError({
    subject: `-o ${output}`,
    expected: "a new or empty folder",
    got,
    todo: canResume ? "Add --resume to go on with it, or choose another folder." : "Choose another folder.",
  });
}

/** Refuses an output file that is there; before the work, not after it. */
export async function refuseExisting(file: string | undefined, overwrite: boolean): Promise<void> {
  if (file === undefined) return;
  const kind = await kindOf(file);
  if (kind === "nothing" || (kind === "file" && overwrite)) return;
  throw new InputError({
    subject: `-o ${file}`,
    expected: "a new file",
    got: kind === "folder" ? "a folder" : "a file that is there",
    todo: kind === "folder" ? "Name a file in it." : "Choose another name, or add --overwrite.",
  });
}
