/** A point of a learning curve of a fine-tuning. */
export interface TransferCurvePoint {
  readonly step: number;
  /** Mean training loss since the point before. */
  readonly loss: number;
  /** On the target's validation cases: mean Dice, or area under the ROC curve. */
  readonly score: number;
}

/** What one fine-tuned network says of one test case. */
export interface SegmentedCase {
  readonly id: string;
  /** On the scan's own grid, over the classes that its truth has; a class that was missed counts 0. */
  readonly meanDice: number;
}

export interface ClassifiedCase {
  readonly id: string;
  /** Index of the true class. */
  readonly truth: number;
  readonly probabilities: readonly number[];
}

/** One fine-tuning: an arm on a target with so many labeled cases, one learning rate, one seed. */
export interface TransferRun {
  readonly seed: number;
  /** Of several folds of a target that is cross-validated; 0 where there is one split. */
  readonly fold: number;
  readonly learningRate: number;
  /** The step whose weights the validation cases chose; all scores below are those weights'. */
  readonly step: number;
  /** Validation score at that step: it alone chooses the learning rate. */
  readonly validation: number;
  readonly curve: readonly TransferCurvePoint[];
  readonly segmented?: readonly SegmentedCase[];
  readonly classified?: readonly ClassifiedCase[];
  /** The loss became infinite or no number: validation is below every score, and all test cases count as missed. */
  readonly diverged?: true;
  /** Of the process that finished it. */
  readonly seconds: number;
}

/** All fine-tunings of an arm with one number of labeled cases. */
export interface TransferCell {
  readonly arm: string;
  /** Labeled cases trained on; for classification the total over all classes. */
  readonly labeled: number;
  /** Is it every labeled case of the target? */
  readonly isAll: boolean;
  /** The learning rate that the validation cases of the first seed chose, the same choices for every arm. */
  readonly learningRate: number;
  /** The sweep at the first seed, then the chosen rate with the other seeds. */
  readonly runs: readonly TransferRun[];
}

export interface TransferTarget {
  readonly name: string;
  readonly task: "segmentation" | "classification";
  /** Names of the classes; of a segmentation without the background. */
  readonly classes: readonly string[];
  readonly cases: { readonly training: number; readonly validation: number; readonly test: number };
  /** Folds of a cross-validation; 1 where the data set's own split is used. */
  readonly folds: number;
  /** Domains that pretraining left out for this target: the target itself where it is one of them. */
  readonly leftOut: readonly string[];
  readonly cells: readonly TransferCell[];
}

/** A way of getting the encoder's start weights. */
export interface TransferArm {
  readonly name: string;
  /** For tables and axes. */
  readonly title: string;
  /** One sentence: what the encoder was pretrained on. */
  readonly meaning: string;
  /** One for each target that needed its own (leave one domain out). */
  readonly pretraining: readonly {
    readonly leftOut: readonly string[];
    readonly steps: number;
    readonly seconds: number;
    /** What it reached on its own validation: mean Dice by domain, or accuracy on clips. */
    readonly scores: Readonly<Record<string, number>>;
  }[];
}

/** Everything that a comparison of transfer measured, as plain JSON; the report is a function of it. */
export interface TransferComparisonResults {
  readonly voxelsmith: string;
  readonly encoder: { readonly depth: number; readonly widths: readonly number[]; readonly parameters: number };
  readonly domains: readonly {
    readonly name: string;
    readonly classes: number;
    readonly training: number;
    readonly spacingMm: readonly number[];
    /** The one labeled scan that its synthesized examples stand on. */
    readonly atlas?: string;
  }[];
  /** In the order of the report, from scratch first. */
  readonly arms: readonly TransferArm[];
  readonly targets: readonly TransferTarget[];
  /** The learning rates that every arm tried. */
  readonly learningRates: readonly number[];
  readonly steps: number;
  readonly environment: Readonly<Record<string, string | number>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The command that began it. */
  readonly command: string;
  readonly notes: readonly string[];
}
