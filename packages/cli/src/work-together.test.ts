import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@voxelsmith/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { joiningArguments } from "./shared-work.ts";
import { workTogether } from "./work-together.ts";

// The program that is started again stands in `process.argv[1]`; here it is a script of a few lines.

let folder: string;
const program = process.argv[1];
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voxelsmith-together-"));
  process.argv[1] = at("program.mjs");
});
afterEach(() => {
  process.argv[1] = program;
  rmSync(folder, { recursive: true, force: true });
});

const appears = async (path: string): Promise<void> => {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10));
};

function together(script: string, work: () => Promise<void>, signal = new AbortController().signal) {
  writeFileSync(at("program.mjs"), `import { writeFileSync } from "node:fs";\n${script}`);
  const said: RunEvent[] = [];
  let rounds = 0;
  const state = workTogether(
    async () => {
      if (rounds++ === 0) await work();
      return { done: [`round ${rounds}`], elsewhere: [] };
    },
    { processes: 3, joining: [folder, "--quiet"], signal, emit: (event) => said.push(event) },
  );
  const warnings = () => said.flatMap((event) => (event.kind === "warning" ? [event.text] : []));
  return { state, warnings };
}

describe("workTogether", () => {
  test("further processes run beside this one, with the arguments of a joining one", async () => {
    const script = `writeFileSync(process.argv[2] + "/" + process.pid, process.argv.slice(2).join(" "));
      writeFileSync(process.argv[2] + "/there", "");`;
    const { state, warnings } = together(script, () => appears(at("there")));
    expect(await state).toEqual({ done: ["round 2"], elsewhere: [] }); // what others did was looked at once more
    expect(warnings()).toEqual([]);
    expect(readFileSync(at("there"), "utf8")).toBe("");
  }, 30_000);

  test("what a failing one leaves is done here, and its last line is said", async () => {
    const script = `console.error("one\\nvoxelsmith: the disk is full"); process.exit(4);`;
    const { state, warnings } = together(script, async () => undefined);
    expect(await state).toEqual({ done: ["round 2"], elsewhere: [] });
    expect(warnings()).toHaveLength(2);
    expect(warnings()[0]).toContain("its work is done here: voxelsmith: the disk is full");
  }, 30_000);

  test("a stop, or a fault here, stops the others at their checkpoint first", async () => {
    const script = `process.on("SIGINT", () => { writeFileSync(process.argv[2] + "/stopped", ""); process.exit(130); });
      writeFileSync(process.argv[2] + "/there", ""); setInterval(() => {}, 1000);`;
    const { state, warnings } = together(script, async () => {
      await appears(at("there"));
      throw new Error("a fault");
    });
    await expect(state).rejects.toThrow("a fault");
    expect(existsSync(at("stopped"))).toBe(true);
    expect(warnings()).toEqual([]);
  }, 30_000);
});

test("one process alone works once", async () => {
  let rounds = 0;
  const work = async () => ({ done: [String(++rounds)], elsewhere: [] });
  const sharing = { processes: 1, joining: [], signal: new AbortController().signal, emit: () => undefined };
  expect(await workTogether(work, sharing)).toEqual({ done: ["1"], elsewhere: [] });
});

test("a joining process is told the same folder, arms and seeds, and to leave the report", () => {
  const options = { output: "out", threads: 2, arms: ["sas", "affine"], seeds: 3, report: true, processes: 2 };
  expect(joiningArguments(options).join(" ")).toBe(
    "compare -o out --resume --no-report --quiet --threads 2 --arms sas affine --seeds 3",
  );
  expect(joiningArguments({ ...options, kind: "transfer", labeled: [1, "all"] }).join(" ")).toContain(
    "--kind transfer --threads 2 --arms sas affine --seeds 3 --labeled 1 all",
  );
});
