import { DivergenceError, InputError } from "@voxelsmith/core";
import { CommanderError } from "commander";
import { DiskError } from "./disk-error.ts";

/** The exit codes, as `voxelsmith --help` and the docs list them. */
export const EXIT_CODES = {
  ok: 0,
  /** A fault of the program: please report it. */
  internal: 1,
  /** Bad input or a bad command line: one line says what, expected, got, what to do. */
  input: 2,
  /** Training stopped because a loss was no longer a number. */
  diverged: 3,
  /** The disk is full, or a file could not be read or written. */
  disk: 4,
  /** Ctrl-C or SIGTERM. Trained work up to that moment is in the checkpoint. */
  interrupted: 130,
} as const;

export const EXIT_CODE_HELP = `
Exit codes: 0 done, 1 fault of the program, 2 bad input, 3 training diverged, 4 disk full or unreadable, 130 interrupted.
VOXELSMITH_DEBUG=1 adds stack traces.`;

export interface Failure {
  readonly code: number;
  /** One line; empty where everything has been said. */
  readonly line: string;
}

/** Whether the command was stopped, and how to go on with what it did; absent where it has to begin anew. */
export interface Stop {
  readonly interrupted: boolean;
  readonly goOn?: string | undefined;
}

/** What an error means to whoever started the command. */
export function failureOf(error: unknown, { interrupted, goOn }: Stop): Failure {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { code: EXIT_CODES.ok, line: "" };
    if (error.code === "commander.help") return { code: EXIT_CODES.input, line: "" }; // no command: the help is the answer
    return { code: EXIT_CODES.input, line: oneLine(error.message.replace(/^error: /, "")) };
  }
  if (error instanceof InputError) return { code: EXIT_CODES.input, line: oneLine(error.message) };
  if (error instanceof DivergenceError) return { code: EXIT_CODES.diverged, line: oneLine(error.message) };
  if (error instanceof DiskError) return { code: EXIT_CODES.disk, line: oneLine(error.message) };
  // A stop that was asked for may surface as any error of the work that it cut short.
  if (interrupted) {
    return { code: EXIT_CODES.interrupted, line: goOn === undefined ? "interrupted" : `interrupted; ${goOn}` };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const hint = "This is a fault of the program; VOXELSMITH_DEBUG=1 shows where.";
  return { code: EXIT_CODES.internal, line: oneLine(`${message}. ${hint}`) };
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
