import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RUN_FOLDER_CONTENT } from "@voxelsmith/core";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../packages/cli/src/exit.ts";
import { referencePages } from "../scripts/write-command-docs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

describe("the reference", () => {
  const pages = referencePages();

  it.each([...pages.keys()])("%s is what the code says; else run scripts/write-command-docs.ts", (path) => {
    expect(read(path)).toBe(pages.get(path));
  });

  it("has no page of a command that is gone", () => {
    const committed = readdirSync(`${root}/docs/reference/commands`).map((file) => `docs/reference/commands/${file}`);
    expect(committed.filter((path) => !pages.has(path))).toEqual([]);
  });

  it("lists every exit code", () => {
    const listed = [...read("docs/reference/exit-codes.md").matchAll(/^\| `(\d+)` +\|/gm)].map(([, code]) =>
      Number(code),
    );
    expect(listed).toEqual(Object.values(EXIT_CODES));
  });

  it("names every file and folder of a run", () => {
    const text = read("docs/reference/run-folder.md");
    expect(RUN_FOLDER_CONTENT.map(([path]) => path).filter((path) => !text.includes(`\`${path}`))).toEqual([]);
  });
});
