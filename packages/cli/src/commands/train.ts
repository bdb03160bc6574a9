import { RUN_FOLDER } from "@voxelsmith/core";
import type { Command } from "commander";
import type { App } from "../app.ts";
import { stageCommand } from "./stage-command.ts";

/** Trains the segmenter on synthesized examples. */
export function trainCommand(app: App): Command {
  return stageCommand(app, {
    name: "train",
    description: "train the segmenter on synthesized examples",
    sections: ["segment"],
    folder: RUN_FOLDER.segmenter,
    finished: "The segmenter lies in RUN/segmenter. Next: voxelsmith segment --model RUN -i SCAN -o FOLDER",
    perform: (one) => one.stages.train,
  });
}
