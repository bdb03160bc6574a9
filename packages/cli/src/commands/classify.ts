import { basename, dirname, resolve } from "node:path";
import {
  type Classified,
  classifiedCsv,
  classifierSettings,
  classifyTransferred,
  mostProbableClass,
  readMedmnist,
} from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { folderStore, readBytes } from "../files.ts";
import { addDeviceOptions, addOutputOptions, type DeviceOptions, type OutputOptions } from "../options.ts";
import { refuseExisting } from "../output-folder.ts";
import { scansFrom } from "../scans-from.ts";

type ClassifyOptions = DeviceOptions &
  OutputOptions & {
    readonly input: readonly string[];
    readonly output: string;
    readonly model: string;
    readonly overwrite?: boolean;
  };

/** Tells the class of images with the model of a transfer. */
export function classifyCommand(app: App): Command {
  const command = new Command("classify").description("tell the class of each image with the model of a transfer");
  addOutputOptions(addDeviceOptions(command))
    .requiredOption("-i, --input <path...>", "images: files, a folder, or one .npz of MedMNIST (all of its images)")
    .requiredOption("-o, --output <file>", "CSV of each image's most probable class and the probability of every class")
    .requiredOption("--model <run>", "run folder of transfer --task classification")
    .option("--overwrite", "replace the CSV where it is there")
    .addHelpText("after", "\nExamples:\n  voxelsmith classify --model nodule-run -i new/ -o classes.csv")
    .action(async (options: ClassifyOptions) => {
      const reporter = app.reporter(options);
      const model = folderStore(options.model);
      const settings = await classifierSettings(model);
      const scans = await imagesFrom(options.input);
      await refuseExisting(options.output, options.overwrite === true);
      const classified = await classifyTransferred({
        ...{ model, scans, readFile: readBytes, signal: app.signal, emit: reporter.emit },
        device: options.device ?? settings.device,
        threads: options.threads ?? app.threads,
      });
      const csv = new TextEncoder().encode(classifiedCsv(classified.images, classified.classes));
      await folderStore(dirname(resolve(options.output))).write(basename(options.output), csv);
      const { counts, text } = countsOf(classified);
      reporter.result({ output: options.output, counts }, `${text}. The probabilities lie in ${options.output}.`);
    });
  return command;
}

/** The images to classify and their ids. */
async function imagesFrom(input: readonly string[]): ReturnType<typeof scansFrom> {
  const [path] = input;
  if (input.length > 1 || !path.endsWith(".npz")) return scansFrom(input, "the rows of the CSV");
  const { manifest } = readMedmnist(await readBytes(path), resolve(path), basename(path));
  return [...manifest.train, ...manifest.validation, ...manifest.test];
}

/** "5 images: 3 benign, 2 malignant" */
function countsOf({ classes, images }: Classified): {
  readonly counts: Readonly<Record<string, number>>;
  readonly text: string;
} {
  const predicted = images.map(({ probabilities }) => mostProbableClass(probabilities));
  const counts = classes.map((name, index) => [name, predicted.filter((one) => one === index).length] as const);
  const words = counts.map(([name, count]) => `${count} ${name}`).join(", ");
  const text = `${images.length} ${images.length === 1 ? "image" : "images"}: ${words}`;
  return { counts: Object.fromEntries(counts), text };
}
