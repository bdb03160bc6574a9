import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/check-layers.mjs", import.meta.url));

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "voxelsmith-layers-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the layer check", () => {
  it.each([
    [
      "core/src/spatial/train.ts",
      'import { warp } from "@voxelsmith/engine";\nimport { dims } from "../volume/volume.ts";',
    ],
    ["core/src/segment/train.ts", 'import { apply } from "../synthesize/apply.ts";'],
    ["core/src/run/config.ts", 'import { spatialConfig } from "../spatial/config.ts";'],
    ["core/src/recipe.ts", 'import { trainSpatial } from "./spatial/train.ts";'],
    ["core/src/io/a.test.ts", 'import { readFileSync } from "node:fs";'],
    [
      "core/src/io/a.ts",
      '// import { readFileSync } from "node:fs"; process.exit()\nexport const text = "process.env";',
    ],
    ["cli/src/files.ts", 'import { open } from "node:fs/promises";'],
    ["engine/src/runtime/session.ts", 'import { InferenceSession } from "#onnxruntime";'],
  ])("lets %s be", (file, text) => {
    expect(check(file, text)).toEqual({ code: 0, error: "" });
  });

  it.each([
    ["engine/src/a.ts", 'import { Volume } from "@voxelsmith/core";', "may not import @voxelsmith/core"],
    ["core/src/a.ts", 'export * from "voxelsmith";', "may not import voxelsmith"],
    ["core/src/io/a.ts", 'import { readFileSync } from "node:fs";', "core also runs in a page"],
    ["core/src/io/a.ts", "export const seed = process.env.SEED;", "uses process.env"],
    ["core/src/io/a.ts", 'import {\n  add,\n} from "@voxelsmith/engine";', "io is plain TypeScript"],
    ["core/src/spatial/a.ts", 'import * as ort from "onnxruntime-node";', "only engine may"],
    ["cli/src/a.ts", 'import("onnxruntime-web");', "only engine may"],
    ["cli/src/a.ts", 'import { open } from "node:fs/promises";', "claims.ts touch disks"],
    ["cli/src/a.ts", 'import { add } from "../../engine/src/ops/add.ts";', "reaches out of its package"],
    ["core/src/segment/train.ts", 'import { train } from "../spatial/train.ts";', "a stage's training is its own"],
    ["core/src/spatial/apply.ts", 'import type { Loop } from "./train.ts";', "knows nothing of training"],
    ["core/src/volume/a.ts", 'import type { Run } from "../run/store.ts";', "volume may not import run/store.ts"],
    ["core/src/run/a.ts", 'import { apply } from "../spatial/apply.ts";', "run may not import spatial/apply.ts"],
    ["core/src/misc/a.ts", 'import { apply } from "../spatial/apply.ts";', "folder misc is not in the table"],
  ])("catches a planted violation in %s: %s", (file, text, words) => {
    const { code, error } = check(file, text);
    expect(code).toBe(1);
    expect(error).toContain(`packages/${file}: `);
    expect(error).toContain(words);
  });
});

function check(file: string, text: string): { code: number | null; error: string } {
  const path = join(root, "packages", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: "utf8" });
  return { code: status, error: stderr };
}
