import { HAND_TUNED, LEARNED_ALONE, SYNTHESIZE_PRESETS, type SynthesizeConfig } from "../synthesize/config.ts";

/** The ways of getting a segmentation that a comparison puts side by side, in the order of its tables. */
export const ARM_NAMES = [
  "affine",
  "sas",
  "sas-instance",
  "sas-aug",
  "hand-tuned",
  "rand-aug",
  "coupled",
  "independent",
  "independent+rand-aug",
  "ours-best",
  "atlases-2",
  "atlases-4",
  "atlases-8",
  "supervised",
] as const;
export type ArmName = (typeof ARM_NAMES)[number];

export interface Arm {
  /** For tables and axes. */
  readonly title: string;
  readonly meaning: string;
  /** How many scans' labels it may use. */
  readonly labeledScans: number | "all";
  /** What labels the test scans. */
  readonly labeler: "affine" | "sas" | "segmenter";
  /** How its training examples are made; none where registration alone labels. */
  readonly synthesize?: SynthesizeConfig;
  /** The same where structures come in pairs, left and right; then the mirror image is labeled too (`segment.mirrored`). */
  readonly inPairs?: SynthesizeConfig;
  /** Whether the classic augmentations are as strong as a person sets them for the whole comparison. */
  readonly isClassic?: true;
  /** Steps of instance optimization (`spatial.instanceSteps`) that it takes at least. */
  readonly instanceSteps?: number;
  /** Whether borders that are planes in the atlas become planes (`segment.planarBorders`). */
  readonly planarBorders?: true;
}

/** More brought nothing on the brain: 0.791 after 30, 0.792 after 60 and after 120 (decision 11). */
const INSTANCE_STEPS = 30;

/** Largest rms displacement, a share of the mean extent: without it the second segmenter learns the first one's errors (decision 11). */
const ELASTIC = 0.035;

const without: SynthesizeConfig = { ...LEARNED_ALONE, transforms: "none" };

function learnedFrom(labeledScans: number): Arm {
  return {
    title: `${labeledScans} atlases`,
    meaning: `independent, with ${labeledScans} labeled scans in place of one`,
    labeledScans,
    labeler: "segmenter",
    synthesize: LEARNED_ALONE,
  };
}

export const ARMS: Readonly<Record<ArmName, Arm>> = {
  affine: {
    title: "affine",
    meaning: "the atlas's labels where affine alignment alone puts them: the floor",
    labeledScans: 1,
    labeler: "affine",
  },
  sas: {
    title: "SAS",
    meaning: "single-atlas segmentation: the spatial model registers the atlas, its labels follow",
    labeledScans: 1,
    labeler: "sas",
  },
  "sas-instance": {
    title: "SAS, instance-optimized",
    meaning: `SAS, each scan's registration improved by ${INSTANCE_STEPS} further steps on that pair alone: registration at its best`,
    labeledScans: 1,
    labeler: "sas",
    instanceSteps: INSTANCE_STEPS,
  },
  "sas-aug": {
    title: "SAS-aug",
    meaning: "a segmenter trained on the atlas and on the unlabeled scans with the labels that SAS gives them",
    labeledScans: 1,
    labeler: "segmenter",
    // One atlas among a hundred scans, as in the paper: each is as likely as the others.
    synthesize: { ...without, pseudoShare: 0.99, pseudoLabels: "sas" },
  },
  "hand-tuned": {
    title: "hand-tuned",
    meaning: "a segmenter trained on the atlas alone with the classic augmentations",
    labeledScans: 1,
    labeler: "segmenter",
    synthesize: { ...without, ...HAND_TUNED },
    isClassic: true,
  },
  "rand-aug": {
    title: "rand-aug",
    meaning: "a segmenter trained on the atlas under random smooth displacements and one random intensity factor",
    labeledScans: 1,
    labeler: "segmenter",
    synthesize: { ...without, randomShare: 1 },
  },
  coupled: {
    title: "coupled",
    meaning: "learned transforms, shape and intensities from the same unlabeled scan",
    labeledScans: 1,
    labeler: "segmenter",
    synthesize: { ...LEARNED_ALONE, transforms: "coupled" },
  },
  independent: {
    title: "independent",
    meaning: "learned transforms, shape and intensities from different unlabeled scans: the method itself",
    labeledScans: 1,
    labeler: "segmenter",
    synthesize: LEARNED_ALONE,
  },
  "independent+rand-aug": {
    title: "independent + rand-aug",
    meaning: "half of the examples by independent transforms, half by rand-aug: the paper's best",
    labeledScans: 1,
    labeler: "segmenter",
    synthesize: { ...LEARNED_ALONE, randomShare: 0.5 },
  },
  "ours-best": {
    title: "ours-best",
    meaning:
      "independent transforms from instance-optimized registrations, with light changes of intensity and place and random smooth displacements, then self-training: nine of ten examples are unlabeled scans with the labels that a first segmenter gave them; borders that are planes in the atlas become planes. Where structures come in pairs, left and right: the same transforms and rand-aug, half of the examples mirrored with the sides exchanged, and scans labeled together with their mirror images",
    labeledScans: 1,
    labeler: "segmenter",
    synthesize: { ...SYNTHESIZE_PRESETS.fast, elastic: ELASTIC, pseudoShare: 0.9, pseudoLabels: "segmenter" },
    planarBorders: true,
    // On brains strong changes cost and self-training brings nothing, while mirror images bring most: decision 11.
    inPairs: { ...LEARNED_ALONE, randomShare: 0.5, flip: "auto" },
    instanceSteps: INSTANCE_STEPS,
  },
  "atlases-2": learnedFrom(2),
  "atlases-4": learnedFrom(4),
  "atlases-8": learnedFrom(8),
  supervised: {
    title: "supervised",
    meaning: "a segmenter trained on all training labels with light changes of intensity and place: the upper bound",
    labeledScans: "all",
    labeler: "segmenter",
    // With many labels the strong changes cost more than they bring: decision 11.
    synthesize: { ...SYNTHESIZE_PRESETS.fast, transforms: "none" },
  },
};

/** The classic augmentations as single settings: what a person changes afterwards wins. */
export const CLASSIC_SETTINGS: readonly string[] = Object.entries(HAND_TUNED).map(
  ([name, value]) => `synthesize.${name}=${JSON.stringify(value)}`,
);

/**
 * Settings of a comparison that shows in minutes whether everything runs, with a first impression of the order. Half the channels
 * at three times the learning rate: in the time of 100 steps of the whole segmenter 200 of this one, and Dice 0.79 in place of 0.73.
 */
export const QUICK_SETTINGS: readonly string[] = [
  "prepare.alignmentSteps=40",
  "spatial.steps=450",
  "appearance.steps=100",
  "segment.channels=[8,16,32,64]",
  "segment.learningRate=0.006",
  "segment.steps=200",
  "segment.validateEvery=200",
  "segment.warmupSteps=20",
];
