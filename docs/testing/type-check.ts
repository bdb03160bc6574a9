import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Block, ROOT } from "./blocks.ts";

/** Type-checks TypeScript blocks, each a module of its own, against the packages' sources. Returns the complaints. */
export function typeCheck(blocks: readonly Block[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "voxelsmith-snippets-"));
  try {
    symlinkSync(`${ROOT}/node_modules`, join(folder, "node_modules"));
    for (const [index, { text }] of blocks.entries()) writeFileSync(join(folder, `snippet-${index}.ts`), text);
    const config = {
      extends: `${ROOT}/tsconfig.tests.json`,
      // Snippets are read by people: a value that is only shown may stay unused.
      compilerOptions: { noUnusedLocals: false, moduleDetection: "force", typeRoots: [`${ROOT}/node_modules/@types`] },
      include: ["./*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const { stdout, error } = spawnSync("node", [`${ROOT}/node_modules/.bin/tsc`, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (error !== undefined) throw error;
    const general = stdout.split("\n").filter((line) => line.startsWith("error TS"));
    if (general.length > 0) throw new Error(`the type check itself does not work: ${general.join("\n")}`);
    // Complaints about the sources themselves belong to `npm run check`.
    return stdout.split("\n").flatMap((line) => {
      const found = /snippet-(\d+)\.ts\((\d+),\d+\): (.*)/.exec(line);
      if (found === null) return [];
      const [, index, row, complaint] = found;
      const { file, line: start } = blocks[Number(index)];
      return [`${file}:${start + Number(row)}: ${complaint}`];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
