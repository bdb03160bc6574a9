import { createRandom, type Shape } from "@voxelsmith/engine";
import { augmentPatch, drawAugmentation, type PatchAugmentation } from "../domains/augment-patch.ts";
import { cutPatch, drawPatch, type Patch, type PatchDraw } from "../domains/draw-patch.ts";
import type { OpenCases } from "../domains/open-cases.ts";
import type { DomainPlan } from "../domains/plan.ts";
import type { LabeledVolume } from "../domains/prepare-case.ts";
import type { PretrainConfig } from "./config.ts";

/** A labeled volume and the words to name it by. */
export interface NamedVolume {
  readonly name: string;
  readonly volume: LabeledVolume;
}

/** The volumes that a domain's patches are cut from: number 0, 1, 2 ... of an endless list that depends on the seed alone. */
export type VolumeSource = (index: number) => Promise<NamedVolume>;

/** Real cases, each as likely as the others. */
export function caseVolumes(config: PretrainConfig, plan: DomainPlan, cases: OpenCases): VolumeSource {
  return async (index) => {
    const id = createRandom(config.seed, "pretrain", "case", plan.name, index).choice(plan.training);
    return { name: id, volume: await cases(id) };
  };
}

/** Everything random about one patch, as plain data. */
export interface SampleDraw {
  readonly patch: PatchDraw;
  readonly augmentation: PatchAugmentation;
}

export function drawSample(config: PretrainConfig, domain: string, index: number, volume: LabeledVolume): SampleDraw {
  const random = createRandom(config.seed, "pretrain", "patch", domain, index);
  const augmentation = drawAugmentation(random, config);
  return { patch: drawPatch(random, volume, config.patch, config.labelShare), augmentation };
}

export function applySample(volume: LabeledVolume, draw: SampleDraw, patchExtents: Shape): Patch {
  const { image, classes } = cutPatch(volume, draw.patch, patchExtents);
  return { image: augmentPatch(image, draw.augmentation), classes };
}

/**
 * The patches that tell how well a domain is learned: around labels of its validation cases in turn, always the same,
 * not changed in intensity. None where the domain has no validation cases.
 */
export async function validationPatches(
  config: PretrainConfig,
  plan: DomainPlan,
  cases: OpenCases,
): Promise<readonly Patch[]> {
  const patches: Patch[] = [];
  if (plan.validation.length === 0) return patches;
  for (let index = 0; index < config.validationPatches; index++) {
    const volume = await cases(plan.validation[index % plan.validation.length]);
    const random = createRandom(config.seed, "pretrain", "validation", plan.name, index);
    patches.push(cutPatch(volume, drawPatch(random, volume, config.patch, 1), config.patch));
  }
  return patches;
}
