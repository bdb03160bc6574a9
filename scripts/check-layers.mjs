// Checks that packages and folders import only what the layer table allows. Prints violations, exits 1 where there are any.
// Usage: node scripts/check-layers.mjs [ROOT]
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));

/** Package folder: the packages of this workspace that it may import. `cli -> core -> engine`, never the other way. */
const PACKAGES = {
  engine: [],
  core: ["@voxelsmith/engine"],
  studio: ["@voxelsmith/core", "@voxelsmith/engine"],
  cli: ["@voxelsmith/studio", "@voxelsmith/core", "@voxelsmith/engine"],
};

/** Packages that also run in a page: no Node module and no global of Node. */
const PORTABLE = ["engine", "core"];

const STAGES = ["spatial", "appearance", "synthesize", "segment"];

/**
 * Folder of core: the folders that it may import. `config` stands for the `config.ts` of every stage, and nothing else
 * of it. Files directly in src (errors.ts, recipe.ts, index.ts): errors.ts is for all, the others may import anything.
 */
const CORE_FOLDERS = {
  volume: [],
  io: ["volume"],
  dataset: [],
  run: ["dataset", "config"],
  evaluate: ["volume", "io", "dataset", "run"],
  score: ["figures", "volume", "io", "dataset", "run", "evaluate", "prepare", "segment", "spatial", "baselines"],
  prepare: ["volume", "io", "dataset", "run", "losses", "config"],
  figures: ["volume", "prepare"],
  "atlas-choice": ["volume", "io", "dataset", "run", "prepare", "losses", "config"],
  transfer: [
    ...["volume", "io", "dataset", "run", "prepare", "losses", "networks", "weights", "training", "evaluate"],
    ...["domains"],
  ],
  domains: ["volume", "io", "dataset", "run", "prepare", "losses"],
  pretrain: ["dataset", "run", "domains", "networks", "training", "evaluate", "segment", "weights", "config"],
  video: ["run", "prepare", "figures", "networks", "losses", "training", "transfer", "weights"],
  "transfer-comparison": [
    ...["volume", "io", "dataset", "run", "evaluate", "networks", "domains", "pretrain", "video", "transfer"],
    ...["compare", "config"],
  ],
  networks: ["volume"],
  losses: ["volume"],
  weights: ["volume", "run", "networks"],
  training: ["run"],
  phantom: ["volume", "io", "dataset", "run"],
  spatial: ["volume", "io", "run", "prepare", "networks", "losses", "training", "evaluate", "config"],
  appearance: ["volume", "io", "run", "prepare", "networks", "losses", "training", "spatial", "config"],
  synthesize: ["figures", "volume", "io", "run", "prepare", "networks", "training", "spatial", "appearance", "config"],
  segment: [
    ...["volume", "io", "dataset", "run", "prepare", "networks", "losses", "training"],
    ...["spatial", "appearance", "synthesize", "evaluate", "config"],
  ],
  examples: [
    ...["io", "run", "prepare", "training", "spatial", "appearance", "synthesize", "segment", "baselines"],
    ...["config"],
  ],
  compare: [
    ...["volume", "io", "dataset", "run", "evaluate", "figures", "prepare", "spatial", "synthesize", "segment"],
    ...["baselines", "score", "examples", "config"],
  ],
  "report-page": ["evaluate"],
  "comparison-report": ["compare", "evaluate", "report-page"],
  "transfer-report": ["transfer-comparison", "transfer", "evaluate", "report-page"],
  baselines: ["volume", "io", "run", "prepare", "networks", "spatial", "appearance", "synthesize", "segment", "config"],
};

/** Folders of core that are plain TypeScript: numbers and bytes, no graphs. */
const WITHOUT_ENGINE = ["volume", "io", "dataset", "evaluate"];

const violations = [];
for (const name of Object.keys(PACKAGES)) checkPackage(name);
for (const line of violations) console.error(line);
console.log(`layers: ${violations.length === 0 ? "in order" : `${violations.length} violations`}`);
process.exitCode = violations.length === 0 ? 0 : 1;

function checkPackage(name) {
  const source = join(root, "packages", name, "src");
  for (const path of sourceFiles(source)) {
    const file = relative(source, path).replaceAll("\\", "/");
    const isTest = file.endsWith(".test.ts");
    const text = readFileSync(path, "utf8");
    const complain = (what) => violations.push(`packages/${name}/src/${file}: ${what}`);
    for (const target of importsOf(text)) {
      if (target.startsWith(".")) {
        const reached = relative(source, resolve(dirname(path), target)).replaceAll("\\", "/");
        if (!isTest) checkRelative(name, file, reached, complain);
      } else {
        checkBare(name, file, target, isTest, complain);
      }
    }
    if (PORTABLE.includes(name) && !isTest) {
      const used = /\b(?:process\.\w+|Buffer\.\w+|__dirname|require\()/.exec(codeOf(text));
      if (used !== null) complain(`uses ${used[0]}, which only Node has`);
    }
  }
}

/** Imports by name: packages of the workspace, ONNX Runtime, Node's modules. */
function checkBare(name, file, target, isTest, complain) {
  if (/^(@voxelsmith\/|voxelsmith$)/.test(target) && !PACKAGES[name].includes(target))
    complain(`may not import ${target}`);
  if (/^(#?onnxruntime)/.test(target) && name !== "engine") complain(`imports ${target}; only engine may`);
  if (isTest) return;
  if (PORTABLE.includes(name) && target.startsWith("node:")) complain(`imports ${target}; ${name} also runs in a page`);
  if (name === "cli" && /^(node:)?fs(\/promises)?$/.test(target) && !["files.ts", "claims.ts"].includes(file)) {
    complain(`imports ${target}; only files.ts and claims.ts touch disks`);
  }
  const folder = file.split("/")[0];
  if (name === "core" && WITHOUT_ENGINE.includes(folder) && target === "@voxelsmith/engine") {
    complain(`imports ${target}; ${folder} is plain TypeScript`);
  }
}

/** Imports inside a package. */
function checkRelative(name, file, reached, complain) {
  if (reached.startsWith("..")) return complain(`reaches out of its package, to ${reached}`);
  if (name !== "core" || !file.includes("/") || reached === "errors.ts") return;
  const from = file.split("/")[0];
  const to = reached.split("/")[0];
  if (from === to) {
    const applies = /\/(apply|predict)\.ts$/.test(file);
    if (applies && reached.endsWith("/train.ts"))
      complain(`imports ${reached}; what is applied knows nothing of training`);
    return;
  }
  const allowed = CORE_FOLDERS[from];
  if (allowed === undefined) return complain(`the folder ${from} is not in the table of scripts/check-layers.mjs`);
  // `examples` is what stands between the synthesizer and the segmenter's training.
  if (STAGES.includes(to) && reached.endsWith("/train.ts") && from !== "examples")
    return complain(`imports ${reached}; a stage's training is its own`);
  if (allowed.includes(to)) return;
  const isConfig = allowed.includes("config") && /^[^/]+\/config\.ts$/.test(reached);
  if (!isConfig) complain(`${from} may not import ${reached}`);
}

function sourceFiles(folder) {
  let names;
  try {
    names = readdirSync(folder, { recursive: true });
  } catch {
    return []; // a package of the plan that does not exist yet
  }
  return names
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name))
    .sort();
}

/** What a file imports: `import ... from "x"`, `export ... from "x"`, `import "x"`, `import("x")`, types included. */
function importsOf(text) {
  const pattern = /(?:^|[;\s])(?:import|export)\b(?:[^"'`;]*?\bfrom)?\s*\(?\s*["']([^"']+)["']/g;
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1]);
}

/** The text without comments and without what stands in quotes. */
function codeOf(text) {
  return withoutComments(text).replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'])\/\/[^\n]*/g, "$1");
}
