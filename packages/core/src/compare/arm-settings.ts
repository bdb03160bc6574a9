import type { LabelNames } from "../evaluate/report.ts";
import { ARMS, type ArmName } from "../run/arms.ts";
import type { RunConfig } from "../run/config.ts";
import { HAND_TUNED, type SynthesizeConfig } from "../synthesize/config.ts";

/**
 * The settings of one arm: everything is shared but the examples. The strengths of the classic augmentations are the
 * shared ones, for every arm that uses them, so that a person can change or switch off each.
 * @param labels names by which the data say whether left and right differ
 */
export function armSettings(shared: RunConfig, arm: ArmName, seed: number, labels: LabelNames): RunConfig {
  const { synthesize } = ARMS[arm];
  if (synthesize === undefined) return { ...shared, seed };
  const classic = synthesize.elastic > 0 ? classicOf(shared.synthesize) : {};
  const wished: SynthesizeConfig = { ...synthesize, ...classic };
  const flip = wished.flip === "auto" ? (mayMirror(labels) ? "left-right" : "none") : wished.flip;
  return { ...shared, seed, synthesize: { ...wished, flip } };
}

/** Whether an arm needs the spatial and the appearance model. */
export function needsModels(arm: ArmName): boolean {
  const { labeler, synthesize } = ARMS[arm];
  if (labeler !== "segmenter" || synthesize === undefined) return labeler === "sas";
  return synthesize.transforms !== "none" || (synthesize.pseudoShare > 0 && synthesize.pseudoLabels === "sas");
}

/** Whether it needs those of the one atlas, which a comparison makes once; with several atlases an arm makes its own. */
export function needsSharedModels(arm: ArmName): boolean {
  return needsModels(arm) && ARMS[arm].labeledScans === 1;
}

/**
 * Registration alone, a matter of seconds, first; then the arms that train more than a segmenter, so that processes
 * that share a comparison end together and none is left alone with a long one.
 */
export function inJobOrder(arms: readonly ArmName[]): readonly ArmName[] {
  const turn = (arm: ArmName): number => {
    const { labeler, synthesize } = ARMS[arm];
    if (labeler !== "segmenter" || synthesize === undefined) return 0;
    const trainsTwice = synthesize.pseudoShare > 0 && synthesize.pseudoLabels === "segmenter";
    return trainsTwice || (needsModels(arm) && !needsSharedModels(arm)) ? 1 : 2;
  };
  return [...arms].sort((one, other) => turn(one) - turn(other));
}

function classicOf(settings: SynthesizeConfig): Partial<SynthesizeConfig> {
  const names = Object.keys(HAND_TUNED) as (keyof typeof HAND_TUNED)[];
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

/** Left and right may be exchanged where the labels have names and none of them is of one side. */
function mayMirror(labels: LabelNames): boolean {
  const names = Object.values(labels);
  return names.length > 0 && !names.some((name) => /\b(left|right|lh|rh)\b|[-_ ][lr]$|^[lr][-_ ]/i.test(name));
}
