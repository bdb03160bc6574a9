import { parseJson } from "../dataset/check-against.ts";
import { checkManifest, type Manifest, manifestSchema } from "../dataset/manifest.ts";
import { type RunConfig, runConfig } from "./config.ts";
import { readPart } from "./read-part.ts";
import { RUN_FOLDER } from "./run-folder.ts";
import type { Store } from "./store.ts";

const RUN = {
  kind: "a run folder",
  todo: "Check the path, or begin a run with `voxelsmith run` or `voxelsmith prepare`.",
};

/** Settings and data of a run folder. @throws InputError where the folder is no run, or somebody's edit does not fit. */
export async function readRun(store: Store): Promise<{ readonly config: RunConfig; readonly manifest: Manifest }> {
  const config = parseJson(runConfig, ...(await readPart(store, RUN_FOLDER.config, RUN)));
  const [text, place] = await readPart(store, RUN_FOLDER.manifest, RUN);
  return { config, manifest: checkManifest(parseJson(manifestSchema, text, place), place) };
}
