import { z } from "zod";
import { checkAgainst } from "../dataset/check-against.ts";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import { resnetStride } from "../networks/resnet-config.ts";
import { presetConfig, type RunConfig } from "../run/config.ts";
import { changeConfig, parseAssignment } from "../run/resolve-config.ts";
import { LEARNED_ALONE } from "../synthesize/config.ts";
import { encoderOf, PRETRAIN_PRESETS, type PretrainConfig, pretrainConfig, type SynthesisConfig } from "./config.ts";

/** What a person changes, weakest first: a settings file, then single assignments. */
export interface PretrainChanges {
  /** Settings by name, for example from `--config FILE`: `{ "steps": 500 }`. */
  readonly overlay?: unknown;
  /** `steps=500` or `synthesis.spatial.steps=500`, values in JSON or plain words. */
  readonly assignments?: readonly string[];
}

export type PretrainConfigRequest = PretrainChanges &
  Pick<PretrainConfig, "seed" | "preset" | "device" | "threads" | "synthesize">;

/** All settings of a pretraining. @throws InputError for a setting that does not exist, or a value that does not fit. */
export function resolvePretrainConfig(request: PretrainConfigRequest): PretrainConfig {
  const { overlay, assignments, synthesize, ...common } = request;
  const { prepare, spatial, appearance } = runSettings(common);
  // Nothing but the transforms themselves unless a person asks: the sources must differ in nothing else.
  const plain = { ...LEARNED_ALONE, validationShare: 0 };
  const synthesis: SynthesisConfig = { prepare, spatial, appearance, synthesize: plain };
  const base = { ...PRETRAIN_PRESETS[common.preset], ...common, synthesize, synthesis };
  return changePretrainConfig(base, { overlay, assignments: assignments ?? [] });
}

const PREFIX = "synthesis.";

/** Settings with changes on top; the input stays as it is. */
export function changePretrainConfig(base: PretrainConfig, changes: PretrainChanges): PretrainConfig {
  const { overlay = {}, assignments = [] } = changes;
  const { synthesis: inner, ...outer } = checkAgainst(z.record(z.string(), z.unknown()), overlay, "settings file");
  const isInner = (assignment: string): boolean => assignment.startsWith(PREFIX);
  const whole = { ...runSettings(base), ...base.synthesis };
  const changed = changeConfig(
    whole,
    inner,
    assignments.filter(isInner).map((assignment) => assignment.slice(PREFIX.length)),
  );
  const { prepare, spatial, appearance, synthesize } = changed;
  const result: Record<string, unknown> = { ...base, synthesis: { prepare, spatial, appearance, synthesize } };
  const single = assignments.filter((assignment) => !isInner(assignment)).map(parseAssignment);
  for (const [name, value] of [...Object.entries(outer), ...single]) {
    if (!(name in pretrainConfig.shape) || name === "synthesis") throw unknownSetting(name);
    result[name] = value;
  }
  return checkPatch(checkAgainst(pretrainConfig, result, "settings"));
}

function runSettings({ preset, seed, device, threads }: Omit<PretrainConfigRequest, "synthesize">): RunConfig {
  return presetConfig(preset, { seed, device, threads });
}

/** Names of the settings in which two pretrainings differ. */
export function pretrainDifferences(one: PretrainConfig, other: PretrainConfig): readonly string[] {
  const there: Readonly<Record<string, unknown>> = other;
  return Object.entries(one)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(there[name]))
    .map(([name]) => name);
}

/** The features must have at least two voxels along every axis, or there is nothing left to tell places apart by. */
function checkPatch(config: PretrainConfig): PretrainConfig {
  const stride = resnetStride(encoderOf(config));
  if (config.patch.every((extent, axis) => extent > stride[axis])) return config;
  throw new InputError({
    subject: "setting patch",
    expected: `more than ${stride.join("x")} voxels, so that the encoder's features have two along every axis`,
    got: config.patch.join("x"),
    todo: "Give a larger patch, for example patch=[32,32,32].",
  });
}

function unknownSetting(name: string): InputError {
  const near = nearMatches(name, Object.keys(pretrainConfig.shape));
  return new InputError({
    subject: `setting ${name}`,
    expected: "a setting of `pretrain`",
    got: "an unknown name",
    todo: near.length > 0 ? `Did you mean ${near.join(", ")}?` : "The settings of the run lie in its config.json.",
  });
}
