import { RUN_FOLDER } from "../run/run-folder.ts";
import type { TransferConfig } from "./config.ts";
import { SCRATCH } from "./start-weights.ts";
import type { TransferManifest } from "./transfer-manifest.ts";
import { TRANSFER_MODEL } from "./transfer-model.ts";

/** What became of each name of the weights that a transfer started from. */
export const LOAD_REPORT = "load-report.txt";

/** The `README.md` of a transfer's run folder, for somebody who has never heard of it. */
export function transferReadme(report: {
  readonly config: TransferConfig;
  readonly manifest: TransferManifest;
  readonly step: number;
  readonly table: string;
}): string {
  const { config, manifest, step, table } = report;
  const isSegmentation = config.task === "segmentation";
  const start = config.from === SCRATCH ? "random weights" : `the weights of ${config.from}`;
  const predictions: readonly [string, string] = isSegmentation
    ? [`${RUN_FOLDER.predictions}/`, "label maps of the test scans, on the scans' own grids"]
    : [`${RUN_FOLDER.predictions}/test.csv`, "class and probabilities of each test image"];
  const content: readonly (readonly [path: string, meaning: string])[] = [
    [RUN_FOLDER.config, "every setting, as resolved from the preset and the flags"],
    [RUN_FOLDER.manifest, "which scans were used, and for what"],
    [RUN_FOLDER.plan, "how they were prepared"],
    ...(config.from === SCRATCH ? [] : [[LOAD_REPORT, "what was taken of the weights, and what was not"] as const]),
    [RUN_FOLDER.metrics, "losses and validation scores, one JSON object a line"],
    [TRANSFER_MODEL.weights, "the weights under the names of a state_dict; `transfer --from` takes them"],
    [TRANSFER_MODEL.onnx, "the network for inference"],
    predictions,
    [`${RUN_FOLDER.evaluation}/`, "scores"],
  ];
  return [
    `# Transfer to ${manifest.name}`,
    "",
    `A residual encoder with ${start} was fine-tuned for ${config.task} on ${manifest.train.length} labeled cases ` +
      `(preset \`${config.preset}\`, seed ${config.seed}, ${config.steps} steps; the weights are those of step ${step}).`,
    "",
    "## How good it is",
    "",
    "```",
    table.trimEnd(),
    "```",
    "",
    "## Use it",
    "",
    `\`voxelsmith ${isSegmentation ? "segment --model FOLDER -i SCANS -o OUTPUT" : "classify --model FOLDER -i IMAGES -o FILE.csv"}\`, FOLDER being this one.`,
    "",
    "## What lies here",
    "",
    "| file or folder | what it is |",
    "|---|---|",
    ...content.map(([path, meaning]) => `| \`${path}\` | ${meaning} |`),
    "",
    "Research software: not a medical device, not for diagnosis.",
    "",
  ].join("\n");
}
