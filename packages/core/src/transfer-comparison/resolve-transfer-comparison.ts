import { z } from "zod";
import { checkAgainst } from "../dataset/check-against.ts";
import type { PretrainConfig } from "../pretrain/config.ts";
import { changePretrainConfig, resolvePretrainConfig } from "../pretrain/resolve-pretrain-config.ts";
import { parseAssignment } from "../run/resolve-config.ts";
import type { TransferConfig } from "../transfer/config.ts";
import { resolveTransferConfig } from "../transfer/resolve-transfer-config.ts";
import { VIDEO_PRESETS, type VideoConfig, videoConfig } from "../video/config.ts";
import { refuseOthers, SECTIONS, type Section, splitAssignment } from "./setting-names.ts";
import {
  OF_PRETRAINING,
  OF_TRANSFER,
  OF_VIDEO,
  pretrainSettings,
  type TransferComparisonSettings,
  transferComparisonSettings,
  videoSettings,
} from "./settings.ts";

/** What a person changes, weakest first. */
export interface TransferComparisonChanges {
  readonly quick?: boolean;
  /** `{ "pretrain": { "steps": 500 }, "encoder": { "depth": 18 } }` */
  readonly overlay?: unknown;
  /** `pretrain.steps=500`, `transfer.steps=200`, `encoder.widths=[16,32,64,128]` */
  readonly assignments?: readonly string[];
}

/** Minutes: does everything run, and a first impression. */
const QUICK: readonly string[] = [
  ...["encoder.widths=[8,16,32,64]", "pretrain.patch=[32,32,32]", "pretrain.steps=150", "pretrain.validateEvery=75"],
  ...["pretrain.synthesis.prepare.alignmentSteps=40", "pretrain.synthesis.spatial.steps=200"],
  ...["pretrain.synthesis.appearance.steps=60", "video.batch=4", "video.validateEvery=75", "video.validationClips=54"],
  ...[
    "transfer.patch=[32,32,32]",
    "transfer.steps=60",
    "transfer.warmupSteps=5",
    "transfer.validateEvery=20",
    "transfer.validationCases=8",
  ],
];

/** All settings of a new comparison: the preset, and what a person changes of it. */
export function resolveTransferComparison(
  request: TransferComparisonChanges & Pick<TransferComparisonSettings, "seed" | "preset" | "device" | "threads">,
): TransferComparisonSettings {
  const { quick, overlay, assignments, ...common } = request;
  const pretrain = resolvePretrainConfig({ ...common, synthesize: "none" });
  const transfer = resolveTransferConfig({
    ...{ ...common, task: "segmentation", from: "scratch" },
    // Loaded parameters learn as fast as new ones: another factor would be a second rate that nobody swept.
    assignments: ["encoderRate=1"],
  });
  const video = { ...VIDEO_PRESETS[common.preset], ...common };
  return changeTransferComparison(settingsOf(common, { pretrain, video, transfer }), request);
}

/**
 * Settings with changes on top; the input stays as it is.
 * @throws InputError for a setting that does not exist, or a value that does not fit
 */
export function changeTransferComparison(
  base: TransferComparisonSettings,
  { quick = false, overlay, assignments = [] }: TransferComparisonChanges,
): TransferComparisonSettings {
  if (quick) {
    const rest = { assignments, ...(overlay === undefined ? {} : { overlay }) };
    return changeTransferComparison(changeTransferComparison(base, { assignments: QUICK }), rest);
  }
  const all = assignments.map(splitAssignment);
  const sections = z.strictObject({ encoder: part, pretrain: part, video: part, transfer: part }).partial();
  const file = checkAgainst(sections, overlay ?? {}, "settings file");
  for (const section of SECTIONS) for (const name of Object.keys(file[section] ?? {})) refuseOthers(section, name);
  const of = (...wanted: readonly Section[]): string[] =>
    all.flatMap(({ section, rest }) => (wanted.includes(section) ? [rest] : []));
  // Encoder and pretraining use the same words for an encoder; those of the transfer have `auto` as well.
  const pretrain = changePretrainConfig(pretrainSettings(base, "none"), {
    overlay: { ...file.encoder, ...file.pretrain },
    assignments: of("encoder", "pretrain"),
  });
  const any = { task: "segmentation", from: "scratch" } as const;
  const { seed, preset, device, threads } = base;
  const transfer = resolveTransferConfig({
    ...{ seed, preset, device, threads, ...any },
    overlay: { ...base.transfer, ...file.transfer },
    assignments: of("transfer"),
  });
  const ofVideo = Object.fromEntries(of("video").map(parseAssignment));
  const changed = { ...videoSettings(base), ...file.video, ...ofVideo };
  const video = checkAgainst(videoConfig, changed, "settings: video");
  return settingsOf({ seed, preset, device, threads }, { pretrain, video, transfer });
}

function settingsOf(
  common: Pick<TransferComparisonSettings, "seed" | "preset" | "device" | "threads">,
  parts: { readonly pretrain: PretrainConfig; readonly video: VideoConfig; readonly transfer: TransferConfig },
): TransferComparisonSettings {
  const without = (values: object, names: object): object =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !(name in names)));
  const { depth, shortcut, activation, widths } = parts.pretrain;
  const settings = {
    ...{ ...common, encoder: { depth, shortcut, activation, widths } },
    pretrain: without(parts.pretrain, OF_PRETRAINING),
    video: without(parts.video, OF_VIDEO),
    transfer: without(parts.transfer, OF_TRANSFER),
  };
  return checkAgainst(transferComparisonSettings, settings, "settings");
}

/** The settings, as `section.name`, in which two comparisons differ. */
export function transferComparisonDifferences(
  one: TransferComparisonSettings,
  other: TransferComparisonSettings,
): readonly string[] {
  const there = new Map(settingsIn(other));
  return settingsIn(one).flatMap(([path, value]) => (there.get(path) === value ? [] : [path]));
}

/** `[path, value as JSON]` of every setting. */
function settingsIn(settings: TransferComparisonSettings): [path: string, value: string][] {
  return Object.entries(settings).flatMap(([name, value]): [string, string][] =>
    typeof value === "object"
      ? Object.entries(value).map(([field, inner]) => [`${name}.${field}`, JSON.stringify(inner)])
      : [[name, JSON.stringify(value)]],
  );
}

const part = z.record(z.string(), z.unknown());
