import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkManifest, parsePlan, readDataset, resolveConfig } from "@voxelsmith/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Block, blocksOf, documents, ROOT } from "./testing/blocks.ts";
import { createSampleFolders, perform, type SampleFolders } from "./testing/sample-folders.ts";
import { checkCommand, commandsOf } from "./testing/shell-lines.ts";
import { typeCheck } from "./testing/type-check.ts";

const TYPESCRIPT_LOADER = `${ROOT}/node_modules/tsx/dist/loader.mjs`;

const blocks = documents().flatMap(blocksOf);
const withInfo = (...infos: readonly string[]): readonly Block[] => blocks.filter(({ info }) => infos.includes(info));
const titled = (some: readonly Block[]): [string, Block][] => some.map((one) => [`${one.file}:${one.line}`, one]);

let samples: SampleFolders;
beforeAll(async () => {
  samples = await createSampleFolders();
}, 240_000);
afterAll(() => samples.dispose());

describe("every block", () => {
  const rules = ["sh", "sh run", "ts", "ts no-run", "python", "text"];
  it("has a rule that covers it", () => {
    const covered = (info: string): boolean => rules.includes(info) || info.split(" ")[0] === "json";
    expect(
      blocks.filter(({ info }) => !covered(info)).map(({ file, line, info }) => `${file}:${line} ${info}`),
    ).toEqual([]);
    expect(blocks.length).toBeGreaterThan(30);
  });
});

describe("sh", () => {
  it.each(titled(withInfo("sh", "sh run")))("%s is understood by the command line", (_, { text }) => {
    for (const command of commandsOf(text)) checkCommand(command);
  });

  const pages = [...new Set(withInfo("sh run").map(({ file }) => file))];
  it.each(pages)("%s runs", { timeout: 240_000 }, async (file) => {
    const commands = withInfo("sh run")
      .filter((block) => block.file === file)
      .flatMap(({ text }) => commandsOf(text));
    const makesItsRun = commands.some(
      (words) => words.includes("run") && words.includes("my-run") && !words.includes("--resume"),
    );
    const folder = samples.folder(!makesItsRun);
    for (const [program, ...words] of commands) {
      expect(program).toBe("voxelsmith");
      await perform(words, folder);
    }
  });
});

describe("ts", () => {
  it("all blocks have the types of the packages", { timeout: 240_000 }, () => {
    expect(typeCheck(withInfo("ts", "ts no-run"))).toEqual([]);
  });

  it.each(titled(withInfo("ts")))("%s runs", { timeout: 240_000 }, (_, { text }) => {
    const folder = samples.folder(true);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "snippet.ts"), text);
    const { status, stderr } = spawnSync(process.execPath, ["--import", TYPESCRIPT_LOADER, "snippet.ts"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, TSX_TSCONFIG_PATH: `${ROOT}/tsconfig.tests.json` },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe("json", () => {
  const checks: Readonly<Record<string, (value: unknown, text: string) => unknown>> = {
    json: () => undefined,
    "json plan": (value) => parsePlan(value, "plan.json"),
    "json manifest": (value) => checkManifest(value, "manifest.json"),
    "json config": (value) => resolveConfig({ preset: "fast", seed: 1, device: "cpu", threads: 1, overlay: value }),
    "json split": async (_, text) => {
      const cases = ["case_01", "case_02", "case_03", "case_04"];
      const paths = [
        "split.json",
        ...["images", "labels"].flatMap((folder) => cases.map((id) => `${folder}/${id}.nii.gz`)),
      ];
      const { manifest } = await readDataset({ name: "set", list: () => paths, readText: async () => text }, {});
      expect(manifest.atlases.map(({ id }) => id)).toEqual(["case_02"]);
    },
  };
  it.each(titled(blocks.filter(({ info }) => info.startsWith("json"))))(
    "%s is what it says",
    async (_, { info, text }) => {
      expect(Object.keys(checks)).toContain(info);
      await checks[info](JSON.parse(text), text);
    },
  );
});

describe("python", () => {
  it.each(titled(withInfo("python")))("%s has Python's syntax and names what is in the model", (_, { text }) => {
    const model = readFileSync(join(samples.folder(true), "my-run/segmenter/model.onnx"), "latin1");
    for (const [, name] of text.matchAll(/(?:metadata_map\[|run\(\[|, \{)"(\w+)"/g)) expect(model).toContain(name);
    const { error, stderr } = spawnSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], {
      input: text,
      encoding: "utf8",
    });
    if (error !== undefined) console.log(`skipped, the syntax of Python: no python3 here (${error.message})`);
    else expect(stderr).toBe("");
  });
});
