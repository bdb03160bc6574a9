import { RUN_FOLDER } from "@voxelsmith/core";
import type { Command } from "commander";
import type { App } from "../app.ts";
import { stageCommand } from "./stage-command.ts";

/** Trains the spatial and the appearance model. */
export function registerCommand(app: App): Command {
  return stageCommand(app, {
    name: "register",
    description: "train the spatial and appearance models: how anatomy and intensities differ from the atlas",
    sections: ["spatial", "appearance"],
    folder: RUN_FOLDER.spatial,
    finished: "The models lie in RUN/spatial and RUN/appearance. Next: voxelsmith synthesize RUN",
    perform: (one) => one.stages.register,
  });
}
