import { checkAgainst } from "../dataset/check-against.ts";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import { type Preset, presetConfig, type RunConfig, runConfig } from "./config.ts";

/** What a person asked for, weakest first: preset, settings file, single assignments, then the common flags. */
export interface ConfigRequest {
  readonly preset: Preset;
  readonly seed: number;
  readonly device: RunConfig["device"];
  readonly threads: number;
  /** Parts of a configuration, for example from `--config FILE`: `{ "spatial": { "steps": 500 } }`. */
  readonly overlay?: unknown;
  /** `spatial.steps=500`, values in JSON or plain words. */
  readonly assignments?: readonly string[];
}

/** All settings of a run. @throws InputError for a setting that does not exist, with those that come near, or a bad value. */
export function resolveConfig(request: ConfigRequest): RunConfig {
  const base = presetConfig(request.preset, {
    seed: request.seed,
    device: request.device,
    threads: request.threads,
  });
  return changeConfig(base, request.overlay, request.assignments ?? []);
}

/** A configuration with an overlay and assignments on top. The input stays as it is. */
export function changeConfig(base: RunConfig, overlay: unknown, assignments: readonly string[]): RunConfig {
  const changed: Record<string, unknown> = structuredClone(base);
  if (overlay !== undefined) {
    for (const [path, value] of settingsIn(asObject(overlay, "the settings file"))) setAt(changed, path, value);
  }
  for (const assignment of assignments) {
    const [path, value] = parseAssignment(assignment);
    setAt(changed, path, value);
  }
  return checkAgainst(runConfig, changed, "settings");
}

/** The settings, as `section.name`, in which two configurations differ. */
export function configDifferences(one: RunConfig, other: RunConfig): readonly string[] {
  const there = new Map(settingsIn({ ...other }));
  return settingsIn({ ...one })
    .filter(([path, value]) => JSON.stringify(value) !== JSON.stringify(there.get(path)))
    .map(([path]) => path);
}

/** `[path, value]` of every setting: top-level values, and the fields of each section. */
function settingsIn(config: Readonly<Record<string, unknown>>): [path: string, value: unknown][] {
  return Object.entries(config).flatMap(([name, value]): [string, unknown][] =>
    isSection(value) ? Object.entries(value).map(([field, inner]) => [`${name}.${field}`, inner]) : [[name, value]],
  );
}

/** `name=value`, the value in JSON or as a plain word. @throws InputError without a name. */
export function parseAssignment(assignment: string): [path: string, value: unknown] {
  const at = assignment.indexOf("=");
  if (at < 1) {
    throw new InputError({
      subject: `--set ${assignment}`,
      expected: "name=value, for example spatial.steps=500",
      got: "no name or no =",
      todo: "List the settings with `voxelsmith settings`.",
    });
  }
  const text = assignment.slice(at + 1);
  try {
    return [assignment.slice(0, at), JSON.parse(text)];
  } catch {
    return [assignment.slice(0, at), text]; // a plain word such as `coupled`
  }
}

function setAt(config: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split(".");
  const known = settingsIn(config).map(([name]) => name);
  const setting = names.slice(0, 2).join(".");
  if (!known.includes(setting) && !known.includes(names[0])) throw unknownSetting(setting, known);
  let inner = config;
  for (const name of names.slice(0, -1)) {
    const next = inner[name];
    if (!isSection(next)) throw unknownSetting(path, known);
    inner = next;
  }
  inner[names[names.length - 1]] = value;
}

function unknownSetting(name: string, known: readonly string[]): InputError {
  const near = nearMatches(name, known);
  return new InputError({
    subject: `setting ${name}`,
    expected: "a setting that exists",
    got: "an unknown name",
    todo: near.length > 0 ? `Did you mean ${near.join(", ")}?` : "List the settings with `voxelsmith settings`.",
  });
}

function asObject(value: unknown, subject: string): Readonly<Record<string, unknown>> {
  if (isSection(value)) return value;
  throw new InputError({
    subject,
    expected: "an object of settings",
    got: JSON.stringify(value)?.slice(0, 40) ?? "nothing",
    todo: 'Write for example { "spatial": { "steps": 500 } }.',
  });
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
