import { existsSync, readFileSync } from "node:fs";
import { describedCommands } from "../../scripts/write-command-docs.ts";
import { ROOT } from "./blocks.ts";

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest: Manifest = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8"));

/** The commands of a block, as words: comments gone, continued lines joined, `a && b` two commands. */
export function commandsOf(text: string): readonly (readonly string[])[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "")
    .flatMap((line) => line.split("&&"))
    .map((command) => wordsOf(command));
}

function wordsOf(command: string): readonly string[] {
  const words = command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(['"])(.*)\1$/, "$2")).filter((word) => !/^[A-Z_]+=/.test(word));
}

/** Throws unless the command exists and understands every word. */
export function checkCommand([program, ...words]: readonly string[]): void {
  if (program === "voxelsmith") parse(words);
  else if (program === "npm") checkNpm(words);
  else if (program === "npx") checkNpx(words);
  else throw new Error(`${program}: no rule says how to check this program`);
}

/** Has the real command line read the words; nothing is performed. */
function parse([name, ...words]: readonly string[]): void {
  const command = describedCommands().find((one) => one.name() === name);
  if (command === undefined) throw new Error(`voxelsmith has no command ${name}`);
  command
    .action(() => undefined)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .parse(words, { from: "user" });
}

function checkNpm([verb, ...words]: readonly string[]): void {
  if (verb === "ci" || (verb === "test" && words.length === 0)) return;
  if (verb === "run") {
    const [script, dashes, ...rest] = words;
    if (!(script in manifest.scripts)) throw new Error(`package.json has no script ${script}`);
    if (dashes === "--") parse(script === "voxelsmith" ? rest : [script, ...rest]);
    return;
  }
  if (verb === "install" && words[0] === "--global" && existsSync(`${ROOT}/${words[1]}/package.json`)) return;
  if (verb === "rebuild" && existsSync(`${ROOT}/node_modules/${words[0]}`)) return;
  throw new Error(`npm ${verb} ${words.join(" ")}: no rule says that this is right`);
}

function checkNpx([tool, ...words]: readonly string[]): void {
  const known = Object.keys(manifest.devDependencies).some((name) => name.split("/").at(-1) === tool);
  if (!known) throw new Error(`${tool} is not among the development dependencies`);
  const gone = words.filter((word) => /\/|\.(ts|json)$/.test(word) && !existsSync(`${ROOT}/${word}`));
  if (gone.length > 0) throw new Error(`there is no ${gone.join(", ")}`);
}
