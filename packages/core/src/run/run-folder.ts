/**
 * The layout of a run folder: every file and folder by name, so that no path is spelled twice. Stages meet through
 * these files, which people may look at, edit and reuse.
 */
export const RUN_FOLDER = {
  /** The resolved settings, {@link RunConfig}. */
  config: "config.json",
  /** Versions, processor, threads, memory: what is needed to explain a difference between two runs. */
  environment: "environment.json",
  /** What data there is, {@link Manifest}. */
  manifest: "manifest.json",
  /** What preparation does to each scan; may be edited before the spatial model is trained. */
  plan: "plan.json",
  /** One JSON object a line: stage, step and what was measured. */
  metrics: "metrics.jsonl",
  /** Seconds that its works took, over all their starts. */
  times: "times.json",
  /** In plain words: what was done, how good it is, what lies where. */
  readme: "README.md",
  prepared: "prepared",
  spatial: "spatial",
  appearance: "appearance",
  examples: "examples",
  segmenter: "segmenter",
  predictions: "predictions",
  evaluation: "evaluation",
} as const;

/** Where a training stage keeps its state: everything that is needed to go on, in one file. */
export function checkpointPath(stageFolder: string): string {
  return `${stageFolder}/${CHECKPOINT}`;
}

/** Whether a path is that of some stage's state. */
export function isCheckpointPath(path: string): boolean {
  return path.endsWith(`/${CHECKPOINT}`);
}

const CHECKPOINT = "checkpoint.safetensors";

/** What lies in the folder, one line each, for the run's README. */
export const RUN_FOLDER_CONTENT: readonly (readonly [path: string, meaning: string])[] = [
  [RUN_FOLDER.config, "every setting of this run, as resolved from the preset and the flags"],
  [RUN_FOLDER.environment, "versions, processor, memory and threads of the machine"],
  [RUN_FOLDER.manifest, "which scans were used, and for what"],
  [RUN_FOLDER.plan, "the preparation of the scans; you may edit it before the models are trained"],
  [RUN_FOLDER.metrics, "the losses, one JSON object a line"],
  [RUN_FOLDER.times, "how many seconds it took, over all starts"],
  [`${RUN_FOLDER.prepared}/`, "the scans on the grid that the networks see"],
  [`${RUN_FOLDER.spatial}/`, "the spatial model: how anatomy differs from the atlas"],
  [`${RUN_FOLDER.appearance}/`, "the appearance model: how intensities differ from the atlas"],
  [`${RUN_FOLDER.examples}/`, "synthesized labeled examples, each with the JSON that rebuilds it"],
  [`${RUN_FOLDER.segmenter}/`, "the segmenter, as safetensors and as ONNX"],
  [`${RUN_FOLDER.predictions}/`, "label maps of the test scans, on the scans' own grids"],
  [`${RUN_FOLDER.evaluation}/`, "scores as JSON and CSV"],
];
