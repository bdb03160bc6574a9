import { z } from "zod";
import { checkAgainst } from "../dataset/check-against.ts";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import { med3dResnet, type ResnetConfig } from "../networks/resnet-config.ts";
import { type PretrainConfig, pretrainConfig } from "../pretrain/config.ts";
import { changePretrainConfig, resolvePretrainConfig } from "../pretrain/resolve-pretrain-config.ts";
import { type TransferConfig, transferConfig } from "../transfer/config.ts";
import { resolveTransferConfig } from "../transfer/resolve-transfer-config.ts";

const ENCODER = { depth: true, shortcut: true, activation: true, widths: true } as const;
const COMMON = { seed: true, preset: true, device: true, threads: true } as const;
const OF_PRETRAINING = { ...COMMON, ...ENCODER, synthesize: true } as const;
/** The rates are swept, task and start are those of each job. */
const OF_TRANSFER = { ...COMMON, ...ENCODER, task: true, from: true, learningRate: true } as const;

/** Settings that all jobs of a comparison share: the `settings` of its comparison.json. */
export const transferComparisonSettings = z.strictObject({
  ...pretrainConfig.pick(COMMON).shape,
  encoder: pretrainConfig.pick(ENCODER),
  pretrain: pretrainConfig.omit(OF_PRETRAINING),
  transfer: transferConfig.omit(OF_TRANSFER),
});

export type TransferComparisonSettings = z.infer<typeof transferComparisonSettings>;

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
  ...["pretrain.synthesis.appearance.steps=60", "transfer.patch=[32,32,32]", "transfer.steps=60"],
  ...["transfer.warmupSteps=5", "transfer.validateEvery=20", "transfer.validationCases=8"],
];

const SECTIONS = ["encoder", "pretrain", "transfer"] as const;
type Section = (typeof SECTIONS)[number];

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
  return changeTransferComparison(settingsOf(common, pretrain, transfer), request);
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
  const all = assignments.map(split);
  const sections = z.strictObject({ encoder: part, pretrain: part, transfer: part }).partial();
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
  return settingsOf({ seed, preset, device, threads }, pretrain, transfer);
}

function settingsOf(
  common: Pick<TransferComparisonSettings, "seed" | "preset" | "device" | "threads">,
  pretrain: PretrainConfig,
  transfer: TransferConfig,
): TransferComparisonSettings {
  const without = (values: object, names: object): object =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !(name in names)));
  const { depth, shortcut, activation, widths } = pretrain;
  const settings = {
    ...{ ...common, encoder: { depth, shortcut, activation, widths } },
    ...{ pretrain: without(pretrain, OF_PRETRAINING), transfer: without(transfer, OF_TRANSFER) },
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

/** The encoder that every arm has. */
export function comparedEncoder({ encoder }: TransferComparisonSettings): ResnetConfig {
  const { depth, shortcut, activation, widths } = encoder;
  return med3dResnet(depth, { activation, widths, ...(shortcut === "auto" ? {} : { shortcut }) });
}

/** Settings of a pretraining on domains. */
export function pretrainSettings(
  { pretrain, transfer: _, encoder, ...common }: TransferComparisonSettings,
  synthesize: PretrainConfig["synthesize"],
): PretrainConfig {
  return { ...pretrain, ...encoder, ...common, synthesize };
}

/** Settings of one fine-tuning. The encoder is spelled out, so that start weights of another one are refused. */
export function transferSettings(
  settings: TransferComparisonSettings,
  job: Pick<TransferConfig, "seed" | "task" | "from" | "learningRate">,
): TransferConfig {
  const { preset, device, threads, transfer } = settings;
  const { depth, shortcut, activation, widths } = comparedEncoder(settings);
  const [a, b, c, d] = widths;
  return { ...transfer, preset, device, threads, depth, shortcut, activation, widths: [a, b, c, d], ...job };
}

const part = z.record(z.string(), z.unknown());

/** `transfer.steps=200` to section and `steps=200`. */
function split(assignment: string): { readonly section: Section; readonly rest: string } {
  const [, name = "", rest = ""] = /^([a-z]+)\.(.*)$/s.exec(assignment) ?? [];
  const section = SECTIONS.find((one) => one === name);
  if (section === undefined)
    throw unknown(
      assignment.replace(/=.*$/s, ""),
      SECTIONS.map((one) => `${one}.NAME`),
    );
  refuseOthers(section, rest.replace(/[.=].*$/s, ""));
  return { section, rest };
}

/** Settings that a section's schema knows and that are not the comparison's to set there. */
function refuseOthers(section: string, name: string): void {
  const shapes: Readonly<Record<string, object>> = {
    encoder: ENCODER,
    pretrain: transferComparisonSettings.shape.pretrain.shape,
    transfer: transferComparisonSettings.shape.transfer.shape,
  };
  const known = Object.keys(shapes[section] ?? {});
  if (known.includes(name)) return;
  const paths = known.map((one) => `${section}.${one}`);
  throw unknown(`${section}.${name}`, [...nearMatches(`${section}.${name}`, [...paths, ...ENCODER_PATHS])]);
}

const ENCODER_PATHS: readonly string[] = Object.keys(ENCODER).map((name) => `encoder.${name}`);

function unknown(name: string, near: readonly string[]): InputError {
  const isRate = name === "transfer.learningRate";
  return new InputError({
    subject: `setting ${name}`,
    expected: "a setting of a comparison of transfer",
    got: isRate ? "the learning rate, which is swept" : "an unknown name",
    todo: isRate
      ? "Give the rates with --rates."
      : near.length > 0
        ? `Did you mean ${near.join(", ")}?`
        : "Settings are encoder.NAME, and pretrain.NAME and transfer.NAME as those commands have them.",
  });
}
