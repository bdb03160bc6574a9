import { spawn } from "node:child_process";
import type { ComparisonState, StageHooks } from "@voxelsmith/core";

/** How many processes share the jobs of a folder, and what starts a further one. */
export interface Sharing extends StageHooks {
  readonly processes: number;
  /** The command line, without the name of the program, of a process that joins. */
  readonly joining: readonly string[];
}

/**
 * Works together with further processes of this program. What one of them leaves undone is done here: each job is
 * claimed, and the claims of a process that is gone are free.
 */
export async function workTogether(
  work: () => Promise<ComparisonState>,
  { processes, joining, signal, emit }: Sharing,
): Promise<ComparisonState> {
  if (processes === 1) return work();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const others = Array.from({ length: processes - 1 }, () => joined(joining, either));
  emit({ kind: "note", text: `${processes} processes share the work; what follows is said by one of them` });
  try {
    await work();
    for (const failure of await Promise.all(others)) {
      if (failure !== undefined)
        emit({ kind: "warning", text: `one of the processes ended early, and its work is done here: ${failure}` });
    }
  } finally {
    stop.abort();
    await Promise.all(others); // at a checkpoint, so that nothing works on in a folder that seems left
  }
  return work();
}

/** Runs this program once more; what comes back, when it has ended, is its last line where it failed. */
function joined(args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1], ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    // A Ctrl-C of the terminal would reach it twice, from there and from here, and twice means: at once.
    detached: process.platform !== "win32",
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said += String(data);
  });
  signal.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, killer) => {
      const last = said.trim().split("\n").at(-1) ?? "";
      resolve(code === 0 || signal.aborted ? undefined : last || `it ended with ${killer ?? `code ${code}`}`);
    });
  });
}
