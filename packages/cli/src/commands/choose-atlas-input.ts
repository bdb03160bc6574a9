import { resolve } from "node:path";
import { type ChooseAtlasRequest, caseId, InputError, isVolumePath, readScanPool } from "@voxelsmith/core";
import { expand } from "../dataset-options.ts";
import { folderListing } from "../files.ts";
import { required } from "../options.ts";

/** Flags of `choose-atlas` that say which scans there are. */
export interface ChooseAtlasInput {
  readonly input?: string;
  readonly unlabeled?: readonly string[];
  readonly candidates?: readonly string[];
  readonly all?: boolean;
  readonly fold?: number;
  readonly channel?: number;
  readonly holdOut?: number;
}

/** The scans and the candidates among them, with absolute paths. */
export async function choiceFrom(
  options: ChooseAtlasInput,
): Promise<Pick<ChooseAtlasRequest, "scans"> & { readonly candidates: readonly string[] }> {
  const { input, unlabeled } = options;
  if (input !== undefined && unlabeled !== undefined) throw notBoth("-i and --unlabeled");
  if (options.all === true && options.candidates !== undefined) throw notBoth("--all and --candidates");
  if (input === undefined) {
    const paths = required(unlabeled, "--unlabeled", "scans, or a data set with -i");
    const scans = (await expand(paths)).filter(isVolumePath).map((image) => ({ id: caseId(image), image }));
    return { scans, candidates: options.candidates ?? scans.map(({ id }) => id) };
  }
  const { fold, channel, holdOut } = options;
  const { scans, training, proposed } = await readScanPool(await folderListing(input), { fold, channel, holdOut });
  const usual = proposed.length === 0 || options.all === true ? training : proposed;
  return {
    scans: scans.map(({ id, image }) => ({ id, image: resolve(input, image) })),
    candidates: options.candidates ?? usual,
  };
}

function notBoth(flags: string): InputError {
  return new InputError({ subject: flags, expected: "one of the two", got: "both", todo: "Leave one of them out." });
}
