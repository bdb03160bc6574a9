import type { Manifest } from "../dataset/manifest.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./progress.ts";
import type { Store } from "./store.ts";

/** What every stage is given: settings, data, the run folder, and a way to speak and to be stopped. */
export interface RunContext {
  readonly config: RunConfig;
  readonly manifest: Manifest;
  readonly store: Store;
  /** Bytes of a file of the data set, by the path that the manifest names. */
  readFile(path: string): Promise<Uint8Array>;
  readonly signal: AbortSignal;
  emit(event: RunEvent): void;
}
