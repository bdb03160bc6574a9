import { caseId, InputError, isVolumePath, readRun, type SegmentRequest } from "@voxelsmith/core";
import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { expand } from "../dataset-options.ts";
import { folderStore, readBytes } from "../files.ts";
import { addDeviceOptions, addOutputOptions, type DeviceOptions, type OutputOptions } from "../options.ts";
import { emptyOutput } from "../output-folder.ts";

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
    .requiredOption("--model <run>", "run folder with a trained segmenter")
    .addOption(
      new Option("--method <name>", "what labels: the segmenter, registration of the atlas, or affine alignment alone")
        .choices(["segmenter", "sas", "affine"])
        .default("segmenter"),
    )
    .option("--overwrite", "write into a folder that has files in it")
    .action(async (options: SegmentOptions) => {
      const reporter = app.reporter(options);
      const model = folderStore(options.model);
      const { config } = await readRun(model);
      const scans = scansFrom(await expand(options.input), options.input.join(" "));
      await emptyOutput(options.output, options.overwrite === true);
      await app.stages.segment({
        model,
        scans,
        output: folderStore(options.output),
        method: options.method,
        device: options.device ?? config.device,
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

function scansFrom(
  files: readonly string[],
  asked: string,
): readonly { readonly id: string; readonly image: string }[] {
  const scans = files.filter(isVolumePath).map((image) => ({ id: caseId(image), image }));
  if (scans.length === 0) {
    const got = files.length === 0 ? "an empty folder" : `${files.length} files, none of them a volume`;
    throw new InputError({
      subject: `-i ${asked}`,
      expected: "volumes (.nii.gz, .nii, .hdr with .img)",
      got,
      todo: "Check the path.",
    });
  }
  const seen = new Map<string, string>();
  for (const { id, image } of scans) {
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      throw new InputError({
        subject: `case ${id}`,
        expected: "different file names, because the label maps are named after the scans",
        got: `${earlier} and ${image}`,
        todo: "Segment them into two folders.",
      });
    }
    seen.set(id, image);
  }
  return scans;
}
