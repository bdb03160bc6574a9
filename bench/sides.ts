import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What bench/steps.ts and bench/resnet-steps.ts share: two long-lived processes that take turns. */
const PYTHON = "/usr/bin/python3"; // Debian's own: python3-torch lives there
export const here: string = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");

/** What stands behind `--name` on the command line. */
export function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** A count from the command line, at least 1. */
export function countOption(name: string, fallback: number): number {
  return Math.max(Number(option(name) ?? fallback), 1);
}

export interface Answer {
  readonly ms: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
  readonly loss: number;
}

export interface Side {
  step(): Promise<Answer>;
  /** Ends the process; its peak of memory, and PyTorch's version. */
  end(): Promise<{ readonly peakMb: number; readonly version?: string }>;
}

/** Starts a worker and waits for its first line. It answers `step` and `end` with a line of JSON each. */
async function start(command: string, args: readonly string[]): Promise<Side> {
  const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${command} ${args.join(" ")} ended early`);
    return value;
  };
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    return JSON.parse(await next());
  };
  await next(); // "ready"
  return {
    step: async () => (await ask("step")) as Answer,
    end: async () => (await ask("end")) as Awaited<ReturnType<Side["end"]>>,
  };
}

/** Our side: a script of this folder. */
export function startOurs(script: string, args: readonly string[]): Promise<Side> {
  const tsconfig = `TSX_TSCONFIG_PATH=${join(root, "tsconfig.tests.json")}`;
  return start("env", [tsconfig, "node", "--import", "tsx", join(here, script), ...args]);
}

/** The peer's side: a script of bench/peers, and the folder where our worker has left weights and inputs. */
export function startPeer(script: string, folder: string): Promise<Side> {
  return start(PYTHON, [join(here, "peers", script), folder]);
}

/** Whether PyTorch is there; says so where it is not. */
export function havePyTorch(): boolean {
  const found = spawnSync(PYTHON, ["-c", "import torch"]).status === 0;
  if (!found) console.log("PyTorch is not installed (Debian: apt-get install python3-torch): only our side is timed.");
  return found;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What a result says about where it was measured. */
export function machine(threads: number): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    onnxruntime: JSON.parse(readFileSync(join(root, "node_modules/onnxruntime-node/package.json"), "utf8")).version,
    threads,
    date: new Date().toISOString().slice(0, 10),
  };
}
