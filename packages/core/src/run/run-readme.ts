import type { Manifest } from "../dataset/manifest.ts";
import type { RunConfig } from "./config.ts";
import { RUN_FOLDER_CONTENT } from "./run-folder.ts";

/** How well one way of labeling the test scans did. Dice from 0 to 1, background left out. */
export interface MethodScore {
  /** `segmenter`, `single atlas` ... */
  readonly method: string;
  readonly scans: number;
  /** Null where no scan has anything to score. */
  readonly meanDice: number | null;
  readonly labels: readonly { readonly name: string; readonly meanDice: number | null }[];
}

export interface RunReport {
  readonly config: RunConfig;
  readonly manifest: Manifest;
  readonly seconds: number;
  /** Empty where no test scan has labels. */
  readonly scores: readonly MethodScore[];
  /** Mean paired gain of the segmenter over the single atlas, with its 95 % bootstrap interval. */
  readonly gain?: { readonly mean: number; readonly low: number; readonly high: number };
}

/** The `README.md` of a run, for somebody who has never heard of it. */
export function runReadme(report: RunReport): string {
  const { config, manifest, seconds } = report;
  const atlases = manifest.atlases.map(({ id }) => id).join(", ");
  return [
    `# Run on ${manifest.name}`,
    "",
    `From ${count(manifest.atlases.length, "labeled scan")} (${atlases}) and ${count(manifest.unlabeled.length, "unlabeled scan")},`,
    "this run learned how anatomy and intensities vary, synthesized labeled examples from that, and trained a segmenter on them.",
    `Preset \`${config.preset}\`, seed ${config.seed}, ${count(config.threads, "thread")} on \`${config.device}\`, ${minutes(seconds)}.`,
    "",
    ...resultLines(report),
    "",
    "## Label further scans",
    "",
    "    voxelsmith segment --model THIS_FOLDER -i SCAN_OR_FOLDER -o OUTPUT_FOLDER",
    "",
    "The label maps come back on the scans' own grids.",
    "",
    "## What lies here",
    "",
    "| file or folder | what it is |",
    "|---|---|",
    ...RUN_FOLDER_CONTENT.map(([path, meaning]) => `| \`${path}\` | ${meaning} |`),
    "",
    "Research software: not a medical device, not for diagnosis.",
    "",
  ].join("\n");
}

function resultLines({ scores, gain, manifest }: RunReport): string[] {
  if (scores.length === 0) {
    const why = manifest.test.length === 0 ? "no test scans were given" : "the test scans have no labels";
    return ["## How good it is", "", `Not measured: ${why}.`];
  }
  const names = scores[0].labels.map(({ name }) => name);
  const rows = scores.map(
    ({ method, scans, meanDice, labels }) =>
      `| ${[method, scans, dice(meanDice), ...labels.map((label) => dice(label.meanDice))].join(" | ")} |`,
  );
  const paired =
    gain === undefined
      ? []
      : [
          "",
          `Gain over the single atlas, scan by scan: ${dice(gain.mean)} (95 % interval ${dice(gain.low)} to ${dice(gain.high)}).`,
        ];
  return [
    "## How good it is",
    "",
    "Dice: twice the overlap over the sum of sizes, 1 is perfect, background left out.",
    "",
    `| ${["method", "test scans", "mean Dice", ...names].join(" | ")} |`,
    `|${"---|".repeat(3 + names.length)}`,
    ...rows,
    ...paired,
  ];
}

function dice(value: number | null): string {
  return value === null ? "-" : value.toFixed(3);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} seconds` : `${(seconds / 60).toFixed(1)} minutes`;
}
