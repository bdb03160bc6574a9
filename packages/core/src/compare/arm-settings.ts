import { otherSide } from "../dataset/sides.ts";
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
  const { synthesize: elsewhere, inPairs, isClassic, instanceSteps = 0, planarBorders = false } = ARMS[arm];
  const spatial = { ...shared.spatial, instanceSteps: Math.max(shared.spatial.instanceSteps, instanceSteps) };
  if (elsewhere === undefined) return { ...shared, seed, spatial };
  const names = Object.values(labels);
  const isPaired = inPairs !== undefined && mayMirror(names) && names.some(hasSide);
  const synthesize = isPaired ? inPairs : elsewhere;
  const classic = isClassic ? classicOf(shared.synthesize) : {};
  const wished: SynthesizeConfig = { ...synthesize, ...classic };
  const flip = wished.flip === "auto" ? (mayMirror(names) ? "left-right" : "none") : wished.flip;
  const segment = {
    ...shared.segment,
    mirrored: shared.segment.mirrored || isPaired,
    planarBorders: shared.segment.planarBorders || planarBorders,
  };
  return { ...shared, seed, spatial, segment, synthesize: { ...wished, flip } };
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

/** Left and right may be exchanged where the labels have names, those of one side with a counterpart on the other. */
function mayMirror(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => names.includes(otherSide(name)));
}

function hasSide(name: string): boolean {
  return otherSide(name) !== name;
}
