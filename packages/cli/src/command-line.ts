import { Command } from "commander";
import type { App } from "./app.ts";
import { COMMANDS } from "./commands/commands.ts";
import { recordEnvironment, usableThreads, version } from "./environment.ts";
import { EXIT_CODE_HELP, EXIT_CODES, failureOf } from "./exit.ts";
import { createReporter, type Reporter } from "./progress.ts";
import type { Stages } from "./stages.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandLineOptions {
  readonly stages: Stages;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Whether a fault of the program shows its stack. */
  readonly debug?: boolean;
}

/** Runs one command line, without the name of the program. Returns the exit code; nothing is ever thrown. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<number> {
  const { stages, terminal, signal } = options;
  let reporter: Reporter | undefined;
  let goOn: string | undefined;
  const app: App = {
    stages,
    signal,
    threads: usableThreads(),
    environment: (device, threads) => recordEnvironment(device, threads, args),
    reporter: ({ json = false, quiet = false }) => {
      reporter = createReporter(terminal, { json, quiet });
      return reporter;
    },
    resumable: (how) => {
      goOn = how;
    },
  };
  const program = buildProgram(app, terminal);
  const command = program.commands.find((one) => one.name() === args[0]);
  if (command?.options.some(({ long }) => long === "--resume")) goOn = "add --resume to go on";
  // Said at the first Ctrl-C, so that nobody wonders whether it was heard.
  const acknowledge = (): void => {
    const how = goOn === undefined ? "stopping" : "stopping at a checkpoint";
    terminal.error(`\n${how}; press Ctrl-C again to stop at once\n`);
  };
  signal.addEventListener("abort", acknowledge);
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT_CODES.ok;
  } catch (error) {
    reporter?.finish();
    const { code, line } = failureOf(error, { interrupted: signal.aborted, goOn });
    if (line !== "") terminal.error(`voxelsmith: ${line}\n`);
    if (line !== "" && args.includes("--json"))
      terminal.out(`${JSON.stringify({ kind: "error", code, text: line })}\n`);
    if (options.debug === true && code !== EXIT_CODES.ok) terminal.error(`${stackOf(error)}\n`);
    return code;
  } finally {
    signal.removeEventListener("abort", acknowledge);
  }
}

function buildProgram(app: App, terminal: Terminal): Command {
  const program = new Command("voxelsmith")
    .description("One labeled medical scan and a pile of unlabeled ones in, a segmentation model out.")
    .version(version())
    .addHelpText("after", EXIT_CODE_HELP);
  for (const command of COMMANDS) program.addCommand(command(app));
  for (const command of [program, ...program.commands]) {
    // Errors come back as exceptions and are said once, in one line, by the one place that knows exit codes.
    command.exitOverride().configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.error,
      outputError: () => undefined,
    });
  }
  return program;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
