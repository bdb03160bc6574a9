import { changeConfig, InputError, type RunConfig, resolveConfig } from "@voxelsmith/core";
import { readText } from "./files.ts";
import type { SettingsOptions } from "./options.ts";

/**
 * The settings of something new: preset, then what `fit` makes of it, then the settings file, then single settings; what
 * stands later wins.
 * @param cores the threads where flags name none
 */
export async function settingsFrom(
  { preset = "fast", seed = 1, device = "cpu", threads, config, set = [] }: SettingsOptions,
  cores: number,
  fit: (base: RunConfig) => RunConfig = (base) => base,
): Promise<RunConfig> {
  const base = resolveConfig({ preset, seed, device, threads: threads ?? cores });
  return changeConfig(fit(base), await readOverlay(config), set);
}

/** The content of a `--config` file, undefined where none is named. @throws InputError where it is no JSON. */
export async function readOverlay(path: string | undefined): Promise<unknown> {
  if (path === undefined) return undefined;
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : "something else";
    throw new InputError({ subject: path, expected: "JSON", got, todo: "Correct the file." }, { cause });
  }
}
