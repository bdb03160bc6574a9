import type { Command } from "commander";
import type { App } from "../app.ts";
import { chooseAtlasCommand } from "./choose-atlas.ts";
import { classifyCommand } from "./classify.ts";
import { compareCommand } from "./compare.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { evaluateCommand } from "./evaluate.ts";
import { infoCommand } from "./info.ts";
import { prepareCommand } from "./prepare.ts";
import { pretrainCommand } from "./pretrain.ts";
import { registerCommand } from "./register.ts";
import { runCommand } from "./run.ts";
import { segmentCommand } from "./segment.ts";
import { settingsCommand } from "./settings.ts";
import { synthesizeCommand } from "./synthesize.ts";
import { trainCommand } from "./train.ts";
import { transferCommand } from "./transfer.ts";

/** Every command, in the order of the help. A new one is a file here and a line in this list. */
export const COMMANDS: readonly ((app: App) => Command)[] = [
  chooseAtlasCommand,
  runCommand,
  prepareCommand,
  registerCommand,
  synthesizeCommand,
  trainCommand,
  segmentCommand,
  classifyCommand,
  evaluateCommand,
  compareCommand,
  pretrainCommand,
  transferCommand,
  infoCommand,
  doctorCommand,
  settingsCommand,
  demoCommand,
];
