import type { MethodCases } from "../evaluate/summary.ts";

/** A point of a learning curve. */
export interface CurvePoint {
  readonly step: number;
  /** Mean training loss of the steps since the point before. */
  readonly loss: number;
  /** Mean Dice on the validation scans, where it was measured at this step. */
  readonly validationDice?: number;
}

/** One arm trained and scored with one seed. */
export interface ArmRun {
  readonly seed: number;
  /** Every test scan on its own grid. */
  readonly cases: MethodCases["cases"];
  /**
   * The same with the weights that did best on the VALIDATION LABELS, as the paper chose its model; absent where the arm
   * trains no segmenter or the data set has no validation scans. `cases` itself uses no label to choose.
   */
  readonly chosenByValidation?: { readonly step: number; readonly cases: MethodCases["cases"] };
  readonly curve: readonly CurvePoint[];
  readonly seconds: { readonly train: number; readonly label: number };
}

/** One arm of the comparison. */
export interface ArmResults {
  readonly name: string;
  /** For tables and axes, for example "independent + rand-aug". */
  readonly title: string;
  /** One sentence: what it is. */
  readonly meaning: string;
  /** How many scans' labels it used to train. */
  readonly labeledScans: number;
  /** Optimizer steps of its segmenter; 0 where it has none. */
  readonly steps: number;
  readonly runs: readonly ArmRun[];
}

/** Everything that a comparison measured, as plain JSON; the report is a function of it. */
export interface ComparisonResults {
  readonly voxelsmith: string;
  readonly dataset: {
    readonly name: string;
    /** Label value to name, without background. */
    readonly labels: Readonly<Record<string, string>>;
    readonly scans: {
      readonly training: number;
      readonly unlabeled: number;
      readonly validation: number;
      readonly test: number;
    };
  };
  readonly atlas: { readonly id: string; readonly reason: string };
  /** Mean volume of each label value over the test scans' true label maps, in mm^3. */
  readonly labelVolumesMm3: Readonly<Record<string, number>>;
  /** Labels that the atlas lacks and test scans have: counted here, left out of every mean. */
  readonly labelsNotInAtlas: readonly { readonly label: number; readonly scans: number }[];
  /** In the order of the report: the floor first, the upper bound last. */
  readonly arms: readonly ArmResults[];
  readonly environment: Readonly<Record<string, string | number>>;
  /** Settings that all arms share, by dotted path. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** A PNG file and the words that belong below it. */
export interface ReportPicture {
  readonly png: Uint8Array;
  readonly caption: string;
}

/** Pictures of a comparison, by what they show. */
export interface ComparisonPictures {
  /** Synthesized examples, each with the two scans that it took its shape and its intensities from. */
  readonly examples?: ReportPicture;
  /** Truth and prediction outlined, of the best, median and worst test scan of an arm. */
  readonly scans: readonly (ReportPicture & { readonly arm: string })[];
  /** Learned fields as deformed grids, folds marked. */
  readonly fields?: ReportPicture;
}
