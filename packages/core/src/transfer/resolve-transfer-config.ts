import { z } from "zod";
import { checkAgainst } from "../dataset/check-against.ts";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import { parseAssignment } from "../run/resolve-config.ts";
import { presetSettings, TRANSFER_PRESETS, type TransferConfig, transferConfig } from "./config.ts";

/** What a person asked for, weakest first: preset, settings file, single assignments. */
export interface TransferConfigRequest
  extends Pick<TransferConfig, "seed" | "preset" | "device" | "threads" | "task" | "from"> {
  /** Settings by name, for example from `--config FILE`: `{ "steps": 500 }`. */
  readonly overlay?: unknown;
  /** `steps=500`, values in JSON or plain words. */
  readonly assignments?: readonly string[];
}

/** All settings of a transfer. @throws InputError for a setting that does not exist, or a value that does not fit. */
export function resolveTransferConfig(request: TransferConfigRequest): TransferConfig {
  const { overlay, assignments = [], ...own } = request;
  const changed: Record<string, unknown> = { ...presetSettings(own.preset, own.task), ...own };
  const overlaid =
    overlay === undefined ? {} : checkAgainst(z.record(z.string(), z.unknown()), overlay, "settings file");
  for (const [name, value] of [...Object.entries(overlaid), ...assignments.map(parseAssignment)]) {
    if (!(name in transferConfig.shape)) throw unknownSetting(name);
    changed[name] = value;
  }
  return checkAgainst(transferConfig, changed, "settings");
}

/** Names of the settings in which two transfers differ. */
export function transferDifferences(one: TransferConfig, other: TransferConfig): readonly string[] {
  const there: Readonly<Record<string, unknown>> = other;
  return Object.entries(one)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(there[name]))
    .map(([name]) => name);
}

/** Every setting with its sentence and its value in both presets. */
export function describeTransferSettings(): readonly {
  readonly name: string;
  readonly meaning: string;
  readonly fast: string;
  readonly paper: string;
}[] {
  const [fast, paper]: Readonly<Record<string, unknown>>[] = [TRANSFER_PRESETS.fast, TRANSFER_PRESETS.paper];
  return Object.entries(transferConfig.shape).flatMap(([name, { description: meaning = "" }]) =>
    name in fast ? [{ name, meaning, fast: JSON.stringify(fast[name]), paper: JSON.stringify(paper[name]) }] : [],
  );
}

function unknownSetting(name: string): InputError {
  const near = nearMatches(name, Object.keys(transferConfig.shape));
  return new InputError({
    subject: `setting ${name}`,
    expected: "a setting of `transfer`",
    got: "an unknown name",
    todo: near.length > 0 ? `Did you mean ${near.join(", ")}?` : "`voxelsmith transfer --help` lists them.",
  });
}
