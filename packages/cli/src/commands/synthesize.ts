import { RUN_FOLDER } from "@voxelsmith/core";
import type { Command } from "commander";
import type { App } from "../app.ts";
import { stageCommand } from "./stage-command.ts";

/** Writes labeled examples to look at or to train something else on. */
export function synthesizeCommand(app: App): Command {
  return stageCommand(app, {
    name: "synthesize",
    description: "write synthesized labeled examples, each with the JSON that rebuilds it",
    sections: ["synthesize"],
    folder: RUN_FOLDER.examples,
    finished: "Labeled examples lie in RUN/examples. Next: voxelsmith train RUN",
    perform: (one) => one.stages.synthesize,
  });
}
