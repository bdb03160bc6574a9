import { caseId, type EvaluateRequest, InputError, isVolumePath, readRun } from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { expand } from "../dataset-options.ts";
import { folderStore, readBytes } from "../files.ts";
import { addOutputOptions, type OutputOptions } from "../options.ts";
import { emptyOutput } from "../output-folder.ts";
import type { Reporter } from "../progress.ts";
import { scoreTable } from "../score-table.ts";

type EvaluateOptions = OutputOptions & {
  readonly input: readonly string[];
  readonly reference: readonly string[];
  readonly output: string;
  readonly model?: string;
  readonly overwrite?: boolean;
};

/** Scores label maps against true ones of the same file names. */
export function evaluateCommand(app: App): Command {
  const command = new Command("evaluate").description("score label maps: Dice, distances, volumes");
  addOutputOptions(command)
    .requiredOption("-i, --input <path...>", "predicted label maps: a folder, or files")
    .requiredOption("-r, --reference <path...>", "true label maps of the same file names: a folder, or files")
    .requiredOption("-o, --output <folder>", "folder for the scores as JSON and CSV")
    .option("--model <run>", "run folder that knows the names of the labels")
    .option("--overwrite", "write into a folder that has files in it")
    .action(async (options: EvaluateOptions) => {
      const reporter = app.reporter(options);
      const pairs = pairsOf(await expand(options.input), await expand(options.reference), reporter);
      const labels = options.model === undefined ? {} : (await readRun(folderStore(options.model))).manifest.labels;
      await emptyOutput(options.output, options.overwrite === true);
      const result = await app.stages.evaluate({
        pairs,
        labels,
        output: folderStore(options.output),
        readFile: readBytes,
        signal: app.signal,
        emit: reporter.emit,
      });
      reporter.result({ output: options.output, ...result }, scoreTable(result, options.output));
    });
  return command;
}

/** A true label map without a prediction is a miss that must not go unseen; a prediction without truth is only noted. */
function pairsOf(predicted: readonly string[], truth: readonly string[], reporter: Reporter): EvaluateRequest["pairs"] {
  const predictions = new Map(predicted.filter(isVolumePath).map((path) => [caseId(path), path]));
  const pairs = truth.filter(isVolumePath).map((path) => {
    const id = caseId(path);
    const prediction = predictions.get(id);
    if (prediction === undefined) {
      throw new InputError({
        subject: path,
        expected: "a predicted label map of the same file name",
        got: `none among ${predictions.size} predictions`,
        todo: "Add the prediction to -i, or take the case out of -r.",
      });
    }
    predictions.delete(id);
    return { id, prediction, truth: path };
  });
  if (pairs.length === 0) {
    throw new InputError({ subject: "-r", expected: "true label maps", got: "no volume", todo: "Check the path." });
  }
  if (predictions.size > 0) {
    const names = [...predictions.keys()].slice(0, 3).join(", ");
    reporter.emit({
      kind: "warning",
      text: `${predictions.size} predictions have no true label map and are not scored: ${names}`,
    });
  }
  return pairs;
}
