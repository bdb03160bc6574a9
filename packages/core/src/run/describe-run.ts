import type { Manifest } from "../dataset/manifest.ts";
import type { RunConfig } from "./config.ts";
import { type Metrics, readMetrics } from "./metrics-log.ts";
import { readRun } from "./read-run.ts";
import { RUN_FOLDER } from "./run-folder.ts";
import type { Store } from "./store.ts";

/** How far a training stage has come. */
export interface StageState {
  readonly stage: string;
  readonly step: number;
  readonly steps: number;
  /** The last value of every metric that was recorded. */
  readonly last: Readonly<Record<string, string | number>>;
}

/** What a run folder holds. */
export interface RunDescription {
  readonly config: RunConfig;
  readonly manifest: Manifest;
  readonly stages: readonly StageState[];
  /** Number of files in each folder of the run. */
  readonly files: Readonly<Record<string, number>>;
}

const FOLDERS: readonly string[] = [
  RUN_FOLDER.prepared,
  RUN_FOLDER.spatial,
  RUN_FOLDER.appearance,
  RUN_FOLDER.examples,
  RUN_FOLDER.segmenter,
  RUN_FOLDER.predictions,
  RUN_FOLDER.evaluation,
];

/** Reads a run folder without loading a network: settings, data, how far training has come, what has been written. */
export async function describeRun(store: Store): Promise<RunDescription> {
  const { config, manifest } = await readRun(store);
  const metrics = await readMetrics(store);
  const files: Record<string, number> = {};
  for (const folder of FOLDERS) files[folder] = (await store.list(folder)).length;
  return {
    config,
    manifest,
    stages: [
      stageState(metrics, RUN_FOLDER.spatial, config.spatial.steps),
      stageState(metrics, RUN_FOLDER.appearance, config.appearance.steps),
      stageState(metrics, RUN_FOLDER.segmenter, config.segment.steps),
    ],
    files,
  };
}

/** A stage that trains several networks logs each under `stage/network`; the one that is training now counts. */
export function stageState(metrics: readonly Metrics[], stage: string, steps: number): StageState {
  const last: Record<string, string | number> = {};
  let reached = 0;
  for (const { stage: name, step, ...values } of metrics) {
    if (name !== stage && !name.startsWith(`${stage}/`)) continue;
    reached = step;
    Object.assign(last, values);
  }
  return { stage, step: reached, steps, last };
}
