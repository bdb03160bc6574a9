import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describeSettings, type SettingDescription } from "@voxelsmith/core";
import type { App } from "../packages/cli/src/app.ts";
import { COMMANDS } from "../packages/cli/src/commands/commands.ts";
import { fakeStages } from "../packages/cli/test-support/fake-stages.ts";

/**
 * Writes docs/reference/commands/ and docs/reference/settings.md from the definitions of the commands and the schemas
 * of the settings: `npx tsx --tsconfig tsconfig.tests.json scripts/write-command-docs.ts`. A test compares the committed
 * pages with these, so they cannot fall behind.
 */
type Program = ReturnType<(typeof COMMANDS)[number]>;

const NOTE = "<!-- Written by scripts/write-command-docs.ts from the code; change the sentences there, not here. -->";

/** Every command as commander knows it, with nothing behind it: it can be parsed and described, not performed. */
export function describedCommands(): readonly Program[] {
  const refuse = (): never => {
    throw new Error("a command that is only described is never performed");
  };
  const signal = new AbortController().signal;
  const app: App = {
    stages: fakeStages([]),
    signal,
    threads: 1,
    environment: refuse,
    reporter: refuse,
    resumable: refuse,
  };
  return COMMANDS.map((command) => command(app));
}

/** The generated pages, by path below the root of the repository. */
export function referencePages(): ReadonlyMap<string, string> {
  const commands = describedCommands();
  const pages = new Map([["docs/reference/commands/README.md", indexPage(commands)]]);
  for (const command of commands) pages.set(`docs/reference/commands/${command.name()}.md`, commandPage(command));
  pages.set("docs/reference/settings.md", settingsPage(describeSettings()));
  return pages;
}

function indexPage(commands: readonly Program[]): string {
  const rows = commands.map((command) => [`[${command.name()}](${command.name()}.md)`, cell(command.description())]);
  const words = "`voxelsmith COMMAND --help` says the same. What a command returns: [exit codes](../exit-codes.md).";
  return page("# Commands", words, table(["command", "what it does"], rows));
}

function commandPage(command: Program): string {
  const name = command.name();
  const taken = command.registeredArguments.map((argument) =>
    row(`<${argument.name()}>`, sentence(argument.description)),
  );
  const options = command.options.map((option) => {
    const choices = option.argChoices === undefined ? "" : ` One of: ${option.argChoices.join(", ")}.`;
    const required = option.mandatory ? " Required." : "";
    return row(option.flags, `${sentence(option.description)}${choices}${required}`);
  });
  const flags = table(["argument or flag", "meaning"], [...taken, ...options]);
  const usage = `Usage: \`voxelsmith ${name} ${command.usage()}\``;
  return page(`# voxelsmith ${name}`, sentence(command.description()), usage, flags, ...examples(command));
}

/** What the help says behind the options. */
function examples(command: Program): string[] {
  const said: string[] = [];
  command.configureOutput({ writeOut: (text) => void said.push(text) }).outputHelp();
  const [, lines] = said.join("").split("\nExamples:\n");
  if (lines === undefined) return [];
  const commandLines = lines.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  return ["## Examples", ["```sh", ...commandLines, "```"].join("\n")];
}

function settingsPage(settings: readonly SettingDescription[]): string {
  const sections = new Map<string, SettingDescription[]>([["", []]]);
  for (const setting of settings) {
    const section = setting.path.includes(".") ? setting.path.split(".")[0] : "";
    sections.set(section, [...(sections.get(section) ?? []), setting]);
  }
  const parts = [...sections].map(([section, members]) => {
    // Four settings have a flag of their own and no preset; for them the flag's default counts.
    const value = (one: SettingDescription, json: string): string =>
      FLAGS.has(one.path) ? `flag \`--${one.path}\`` : `\`${json}\``;
    const rows = members.map((one) => [
      `\`${one.path}\``,
      value(one, one.fast),
      value(one, one.paper),
      cell(one.meaning),
    ]);
    const title = section === "" ? "## The run as a whole" : `## ${section}`;
    return `${title}\n\n${table(["setting", "`fast`", "`paper`", "meaning"], rows)}`;
  });
  const words =
    "Change one with `--set NAME=VALUE`, several with `--config FILE` (JSON). `config.json` in the run folder holds all of " +
    "them as they were used; [`voxelsmith settings`](commands/settings.md) prints this list.";
  return page("# Settings", words, ...parts);
}

const FLAGS = new Set(["seed", "preset", "device", "threads"]);

function page(title: string, ...parts: readonly string[]): string {
  return `${[title, NOTE, ...parts].join("\n\n")}\n`;
}

function row(flags: string, meaning: string): readonly string[] {
  return [`\`${flags}\``, cell(meaning)];
}

/** A table with aligned columns, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((cells) => cells[column].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Text that may stand in a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return whole.endsWith(".") ? whole : `${whole}.`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  for (const [path, text] of referencePages()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}
