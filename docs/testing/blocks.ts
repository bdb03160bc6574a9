import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** A fenced block of a document. */
export interface Block {
  /** Path below the root. */
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** What stands behind the fence, for example `sh run`. */
  readonly info: string;
  readonly text: string;
}

/** Every document of the repository, by its path below the root. */
export function documents(): readonly string[] {
  const below = (folder: string): string[] =>
    readdirSync(`${ROOT}/${folder}`, { recursive: true })
      .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".md"));
  const top = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  return [...top, ...below("docs"), ...below("decisions"), ...below("bench")].sort();
}

export function readDocument(path: string): string {
  return readFileSync(`${ROOT}/${path}`, "utf8");
}

/** The fenced blocks of a document, in order. */
export function blocksOf(file: string): readonly Block[] {
  const lines = readDocument(file).split("\n");
  const blocks: Block[] = [];
  let start = -1;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith("```")) continue;
    if (start < 0) {
      start = index;
      continue;
    }
    const text = lines.slice(start + 1, index).join("\n");
    blocks.push({ file, line: start + 1, info: lines[start].slice(3).trim(), text });
    start = -1;
  }
  if (start >= 0) throw new Error(`${file}:${start + 1}: this block is never closed`);
  return blocks;
}
