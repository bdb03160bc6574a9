import { RUN_FOLDER } from "@voxelsmith/core";
import type { Command } from "commander";
import type { App } from "../app.ts";
import { stageCommand } from "./stage-command.ts";

/** Trains the appearance model and writes labeled examples. */
export function synthesizeCommand(app: App): Command {
  return stageCommand(app, {
    name: "synthesize",
    description: "train the appearance model and write synthesized labeled examples",
    sections: ["appearance", "synthesize"],
    folder: RUN_FOLDER.appearance,
    finished: "Labeled examples lie in RUN/examples. Next: voxelsmith train RUN",
    perform: (one) => one.stages.synthesize,
  });
}
