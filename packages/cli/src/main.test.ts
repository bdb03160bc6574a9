import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ended, spawnCommandLine, spawnScript } from "../test-support/spawn-script.ts";

// Real processes: what the shell sees.

describe("the program", () => {
  it("ends with 0 for help, and with 2 and one line for bad input", async () => {
    const help = await ended(spawnCommandLine(["--help"]));
    expect(help).toMatchObject({ code: 0, error: "" });
    const missing = await ended(spawnCommandLine(["run", "-i", "/no/such/folder", "-o", "/tmp/never"]));
    expect(missing.code).toBe(2);
    expect(missing.error.trim().split("\n")).toHaveLength(1);
    expect(missing.error).toContain("voxelsmith: /no/such/folder: expected");
    expect(missing.error).not.toContain("    at ");
  });

  it("shows the stack with VOXELSMITH_DEBUG=1", async () => {
    const { code, error } = await ended(spawnCommandLine(["info", "/no/such/run"], { VOXELSMITH_DEBUG: "1" }));
    expect(code).toBe(2);
    expect(error).toContain("    at ");
  });

  it("stops at a checkpoint at the first Ctrl-C, and at once at the second", async () => {
    const folder = mkdtempSync(join(tmpdir(), "voxelsmith-stop-"));
    // A job that needs a moment to reach its checkpoint, or that never does.
    const script = (reaches: boolean): string => `
      import { runCommandLine } from ${source("command-line.ts")};
      import { fakeStages, memoryTerminal } from ${source("../test-support/fake-stages.ts")};
      import { abortOnInterrupt } from ${source("interrupt.ts")};
      const { signal } = abortOnInterrupt();
      const terminal = { ...memoryTerminal(), error: (text) => console.log(text) };
      const stages = { ...fakeStages([]), devices: async () => {
        console.log("at work");
        for (let slept = 0; ${reaches ? "slept < 3 || !signal.aborted" : "true"}; slept++) await new Promise((done) => setTimeout(done, 50));
        console.log("checkpoint");
        signal.throwIfAborted();
      } };
      process.exit(await runCommandLine(["doctor"], { stages, terminal, signal }));`;
    const gentle = spawnScript(script(true));
    gentle.stdout?.once("data", () => gentle.kill("SIGINT"));
    const first = await ended(gentle);
    expect(first.code).toBe(130);
    expect(first.out).toContain("\nstopping; press Ctrl-C again to stop at once\n"); // it has no checkpoint to promise
    expect(first.out.trim()).toMatch(/checkpoint\n+voxelsmith: interrupted$/);

    const stubborn = spawnScript(script(false));
    stubborn.stdout?.on("data", () => stubborn.kill("SIGINT")); // once at "at work", once at "stopping"
    const second = await ended(stubborn);
    expect(second.code).toBe(130);
    expect(second.out).not.toContain("\ncheckpoint\n");
    rmSync(folder, { recursive: true, force: true });
  });
});

function source(name: string): string {
  return JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
}
