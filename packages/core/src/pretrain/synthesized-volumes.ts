import type { Shape } from "@voxelsmith/engine";
import { type DomainPlan, NOT_LABELED } from "../domains/plan.ts";
import { toClasses } from "../domains/prepare-case.ts";
import { standardize } from "../domains/standardize.ts";
import type { LabeledArrays } from "../segment/example-source.ts";
import type { VolumeSource } from "./examples.ts";

/**
 * Examples of a run of the one-shot method as volumes of a domain: intensities standardized as those of its cases, the
 * run's class indices (position of the label value among those of its atlases) turned into the domain's.
 */
export function synthesizedVolumes(
  plan: DomainPlan,
  prepared: { readonly extents: Shape; readonly labels: readonly number[] },
  example: (step: number) => Promise<LabeledArrays>,
): VolumeSource {
  const { extents, labels } = prepared;
  const classOf = toClasses(plan, [0, ...labels]);
  return async (index) => {
    const { name, image, classes } = await example(index);
    const volume = {
      image: standardize(image, plan.clipPercentiles),
      classes: classes.map((own) => classOf[own] ?? NOT_LABELED),
      extents,
    };
    return { name, volume };
  };
}
