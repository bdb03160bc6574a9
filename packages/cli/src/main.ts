#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";
import { coreStages } from "./core-stages.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { processTerminal } from "./terminal.ts";

// A reader that has seen enough (`voxelsmith info RUN | head`) is no fault of anybody.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const terminal = processTerminal();
const { signal, release } = abortOnInterrupt();
const debug = process.env.VOXELSMITH_DEBUG === "1";
process.exitCode = await runCommandLine(process.argv.slice(2), { stages: coreStages, terminal, signal, debug });
release();
