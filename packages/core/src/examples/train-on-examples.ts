import { openSingleAtlas } from "../baselines/open-single-atlas.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { LabeledArrays } from "../segment/example-source.ts";
import type { Labeler } from "../segment/labeler.ts";
import { createSegmenter, segmenterOptions } from "../segment/predict.ts";
import { trainSegmenter } from "../segment/train.ts";
import type { Trained } from "../training/loop.ts";
import { openExamples } from "./open-examples.ts";
import { makePseudoLabels, type PseudoLabels } from "./pseudo-labels.ts";

/** Folder of the labels that the unlabeled scans got. */
const PSEUDO_LABELS = "pseudo-labels";

/**
 * Trains the segmenter on the examples that the settings ask for. Where they ask for self-training, a first segmenter
 * is trained without pseudo-labels, labels the unlabeled scans, and a second one starts anew on both kinds.
 * @param validation labeled images that score the weights on the way; by default synthesized ones
 */
export async function trainOnExamples(
  context: RunContext,
  prepared: PreparedSet,
  validation?: readonly LabeledArrays[],
): Promise<Trained> {
  const { pseudoShare, pseudoLabels } = context.config.synthesize;
  if (pseudoShare === 0) return trainRound(context, prepared, { stage: RUN_FOLDER.segmenter, validation });
  const labels = await makePseudoLabels(
    context,
    prepared,
    () => (pseudoLabels === "sas" ? openSingleAtlas(context, prepared) : trainFirst(context, prepared)),
    PSEUDO_LABELS,
  );
  return trainRound(context, prepared, { stage: RUN_FOLDER.segmenter, validation, labels });
}

interface Round {
  readonly stage: string;
  readonly validation: readonly LabeledArrays[] | undefined;
  readonly labels?: PseudoLabels;
}

async function trainRound(context: RunContext, prepared: PreparedSet, round: Round): Promise<Trained> {
  const examples = await openExamples(context, prepared, round.labels);
  const trained = await trainSegmenter(context, {
    stage: round.stage,
    extents: prepared.extents,
    classes: prepared.labels.length + 1,
    examples: examples.training,
    validation: round.validation ?? (await examples.validation(context.config.segment.validationExamples)),
  });
  await examples.dispose();
  return trained;
}

async function trainFirst(context: RunContext, prepared: PreparedSet): Promise<Labeler> {
  const { config } = context;
  context.emit({ kind: "note", text: "self-training: a first segmenter, to label the unlabeled scans" });
  const first = { ...context, config: { ...config, synthesize: { ...config.synthesize, pseudoShare: 0 } } };
  const { last } = await trainRound(first, prepared, { stage: `${RUN_FOLDER.segmenter}/first`, validation: [] });
  const options = segmenterOptions(config, prepared);
  return createSegmenter(config.segment, prepared.labels.length + 1, last, prepared.extents, options);
}
