import { runCommandLine } from "../src/command-line.ts";
import { coreStages } from "../src/core-stages.ts";
import { memoryTerminal } from "./fake-stages.ts";

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** The command line with its real stages, in this process: the same as the program, without the second to start it. */
export async function runHere(args: readonly string[]): Promise<Answer> {
  const terminal = memoryTerminal();
  const signal = new AbortController().signal;
  const code = await runCommandLine([...args, "--quiet"], { stages: coreStages, terminal, signal });
  return { code, ...terminal.said };
}
