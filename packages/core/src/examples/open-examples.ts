import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import type { LabeledArrays } from "../segment/example-source.ts";
import { drawExample, settingsOnScans, splitTargets, type Targets } from "../synthesize/draw.ts";
import { openSynthesizer } from "../synthesize/open.ts";
import type { PseudoLabels } from "./pseudo-labels.ts";

/** The examples of a run, made as they are asked for. */
export interface Examples {
  training(step: number): Promise<LabeledArrays>;
  /** The first `count` of a second stream, made of subjects that training examples are not made of. */
  validation(count: number): Promise<readonly LabeledArrays[]>;
  dispose(): Promise<void>;
}

/** Opens the examples that the settings ask for; pseudo-labels are needed where `synthesize.pseudoShare` is above 0. */
export async function openExamples(
  context: RunContext,
  prepared: PreparedSet,
  pseudoLabels?: PseudoLabels,
): Promise<Examples> {
  const { seed, synthesize: wished } = context.config;
  const synthesize = settingsOnScans(wished, prepared.mirroring);
  if (synthesize.flip !== wished.flip) {
    context.emit({ kind: "note", text: `synthesize.flip is left out: ${prepared.mirroring.refusal}` });
  }
  const everyone: Targets = { atlases: prepared.atlases.map(({ id }) => id), subjects: prepared.subjects };
  const targets = splitTargets(everyone, synthesize.validationShare);
  const synthesizer = await openSynthesizer(context, prepared, pseudoLabels);
  const example = async (stream: "training" | "validation", index: number): Promise<LabeledArrays> => {
    const draw = drawExample(synthesize, targets[stream], { seed, stream, index });
    const { image, classes } = await synthesizer.apply(draw);
    const from = [...new Set([draw.atlas, draw.spatialTarget, draw.appearanceTarget])].join(", ");
    return { name: `${stream} example ${index} (${from})`, image, classes };
  };
  return {
    training: (step) => example("training", step),
    async validation(count) {
      const made: LabeledArrays[] = [];
      for (let index = 0; index < count; index++) made.push(await example("validation", index));
      return made;
    },
    dispose: () => synthesizer.dispose(),
  };
}
