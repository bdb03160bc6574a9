import { RUN_FOLDER } from "@voxelsmith/core";
import type { Command } from "commander";
import type { App } from "../app.ts";
import { stageCommand } from "./stage-command.ts";

/** Trains the spatial model. */
export function registerCommand(app: App): Command {
  return stageCommand(app, {
    name: "register",
    description: "train the spatial model: how anatomy differs from the atlas",
    sections: ["spatial"],
    folder: RUN_FOLDER.spatial,
    finished: "The spatial model lies in RUN/spatial. Next: voxelsmith synthesize RUN",
    perform: (one) => one.stages.register,
  });
}
