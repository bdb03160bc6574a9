import { type SegmentRequest, segmentSettings } from "@voxelsmith/core";
import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { folderStore, readBytes } from "../files.ts";
import { addDeviceOptions, addOutputOptions, type DeviceOptions, type OutputOptions } from "../options.ts";
import { emptyOutput } from "../output-folder.ts";
import { scansFrom } from "../scans-from.ts";

type SegmentOptions = DeviceOptions &
  OutputOptions & {
    readonly input: readonly string[];
    readonly output: string;
    readonly model: string;
    readonly overwrite?: boolean;
    readonly method: NonNullable<SegmentRequest["method"]>;
  };

/** Labels scans with the segmenter of a run. */
export function segmentCommand(app: App): Command {
  const command = new Command("segment").description(
    "label scans with the segmenter of a run, or with its registration",
  );
  addOutputOptions(addDeviceOptions(command))
    .requiredOption("-i, --input <path...>", "scans: files, or a folder")
    .requiredOption("-o, --output <folder>", "folder for the label maps, each on its scan's own grid")
    .requiredOption("--model <run>", "run folder with a trained segmenter: of run, or of transfer --task segmentation")
    .addOption(
      new Option(
        "--method <name>",
        "what labels: the segmenter, or of a run registration of the atlas, or affine alignment alone",
      )
        .choices(["segmenter", "sas", "affine"])
        .default("segmenter"),
    )
    .option("--overwrite", "write into a folder that has files in it")
    .action(async (options: SegmentOptions) => {
      const reporter = app.reporter(options);
      const model = folderStore(options.model);
      const settings = await segmentSettings(model);
      const scans = await scansFrom(options.input, "the label maps");
      await emptyOutput(options.output, options.overwrite === true);
      await app.stages.segment({
        model,
        scans,
        output: folderStore(options.output),
        method: options.method,
        device: options.device ?? settings.device,
        threads: options.threads ?? app.threads,
        readFile: readBytes,
        signal: app.signal,
        emit: reporter.emit,
      });
      const ids = scans.map(({ id }) => id);
      const plural = ids.length === 1 ? "label map lies" : "label maps lie";
      reporter.result({ output: options.output, cases: ids }, `${ids.length} ${plural} in ${options.output}.`);
    });
  return command;
}
