import { parseJson } from "../dataset/check-against.ts";
import { checkManifest, type Manifest, manifestSchema } from "../dataset/manifest.ts";
import { InputError } from "../errors.ts";
import { type RunConfig, runConfig } from "./config.ts";
import { RUN_FOLDER } from "./run-folder.ts";
import type { Store } from "./store.ts";

/** Settings and data of a run folder. @throws InputError where the folder is no run, or somebody's edit does not fit. */
export async function readRun(store: Store): Promise<{ readonly config: RunConfig; readonly manifest: Manifest }> {
  const read = async (path: string): Promise<[text: string, place: string]> => {
    const bytes = await store.read(path);
    if (bytes !== undefined) return [new TextDecoder().decode(bytes), store.locate(path)];
    throw new InputError({
      subject: store.locate("."),
      expected: `a run folder, with ${path} in it`,
      got: "a folder without it, or none",
      todo: "Check the path, or begin a run with `voxelsmith run` or `voxelsmith prepare`.",
    });
  };
  const config = parseJson(runConfig, ...(await read(RUN_FOLDER.config)));
  const [text, place] = await read(RUN_FOLDER.manifest);
  return { config, manifest: checkManifest(parseJson(manifestSchema, text, place), place) };
}
