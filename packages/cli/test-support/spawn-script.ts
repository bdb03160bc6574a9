import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What a process is not allowed to have. */
export interface Limits {
  /** No file may grow beyond this many blocks of 1 KiB. */
  readonly fileSizeBlocks?: number;
  /** This folder is a disk of 1 MB, for this process alone. */
  readonly diskOf1MB?: string;
}

/** Runs a module's text in a process of its own, with the sources of the packages, as the tests have them. */
export function spawnScript(script: string, limits: Limits = {}): ChildProcess {
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", script];
  const [program, ...args] = limited(node, limits);
  return spawn(program, args, { cwd: root, env: sourceEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
}

function limited(command: readonly string[], { fileSizeBlocks, diskOf1MB }: Limits): readonly string[] {
  if (fileSizeBlocks !== undefined) return ["bash", "-c", `ulimit -f ${fileSizeBlocks}; exec "$@"`, "bash", ...command];
  if (diskOf1MB === undefined) return command;
  const mount = `mount -t tmpfs -o size=1m tmpfs '${diskOf1MB}' && exec "$@"`;
  return ["unshare", "--map-root-user", "--mount", "bash", "-c", mount, "bash", ...command];
}

/** Runs the command line from its sources. */
export function spawnCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", main, ...args], {
    cwd: root,
    env: { ...sourceEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Waits for the end of a process. */
export function ended(child: ChildProcess): Promise<Ended> {
  let out = "";
  let error = "";
  child.stdout?.on("data", (data) => {
    out += String(data);
  });
  child.stderr?.on("data", (data) => {
    error += String(data);
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, error })));
}

/** `tsx` finds the packages' sources by the paths of the tests' configuration: a stale build cannot make a test pass. */
function sourceEnvironment(): NodeJS.ProcessEnv {
  return { TSX_TSCONFIG_PATH: `${root}tsconfig.tests.json`, ...process.env };
}
