import type { Manifest } from "../dataset/manifest.ts";
import { presetConfig } from "../run/config.ts";
import type { RunContext } from "../run/context.ts";
import type { StageHooks } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import type { PretrainConfig } from "./config.ts";

/** A data set that the encoder learns from. */
export interface Domain {
  readonly name: string;
  /** Its atlases are ALL labeled cases that may be trained on, the one that examples are made from first. */
  readonly manifest: Manifest;
}

/** What a pretraining is given: settings, data, its run folder, and a way to speak and to be stopped. */
export interface PretrainContext extends StageHooks {
  readonly config: PretrainConfig;
  readonly domains: readonly Domain[];
  readonly store: Store;
  /** Bytes of a file, by the path that a manifest names. */
  readFile(path: string): Promise<Uint8Array>;
}

/** The context that stages of a run want, for one domain's data in one folder. */
export function runContext(context: PretrainContext, manifest: Manifest, store: Store): RunContext {
  const { config, readFile, signal, emit } = context;
  const { preset, seed, device, threads, checkpointSeconds, synthesis } = config;
  const settings = { ...presetConfig(preset, { seed, device, threads }), checkpointSeconds, ...synthesis };
  return { config: settings, manifest, store, readFile, signal, emit };
}
