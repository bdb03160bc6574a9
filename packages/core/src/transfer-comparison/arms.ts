import type { ExampleSourceName } from "../pretrain/config.ts";

/** The ways of getting an encoder's start weights, in the order of the report. */
export const TRANSFER_ARM_NAMES = ["scratch", "video", "domains", "independent", "rand-aug", "supervised"] as const;
export type TransferArmName = (typeof TRANSFER_ARM_NAMES)[number];

/** Without `--arms`: the three of the paper (Chen 2019). */
export const DEFAULT_TRANSFER_ARMS: readonly TransferArmName[] = ["scratch", "video", "domains"];

export interface TransferArmKind {
  /** For tables and axes. */
  readonly title: string;
  /** One sentence: what the encoder was pretrained on. */
  readonly meaning: string;
  /** Where the examples of its pretraining on domains come from; absent where it has none. */
  readonly source?: ExampleSourceName;
}

export const TRANSFER_ARMS: Readonly<Record<TransferArmName, TransferArmKind>> = {
  scratch: { title: "from scratch", meaning: "random start weights" },
  video: {
    title: "video (stand-in)",
    meaning:
      "a stand-in for weights from Kinetics: the same network, trained to tell the motions of generated moving objects apart",
  },
  domains: {
    title: "domains (Med3D)",
    meaning: "pretrained on the real labels of all domains, a branch for each",
    source: "none",
  },
  independent: {
    title: "one atlas, independent",
    meaning:
      "pretrained on pairs synthesized from one atlas a domain by learned transforms, shape and intensities of different scans",
    source: "independent",
  },
  "rand-aug": {
    title: "one atlas, rand-aug",
    meaning: "pretrained on random smooth displacements of the same atlases: the control",
    source: "rand-aug",
  },
  supervised: {
    title: "all labels, same path",
    meaning: "pretrained on the real labels of the same domains through the path of the two before: their upper bound",
    source: "supervised",
  },
};

/** What the video arm is where a file of weights was given. */
export function videoFileArm(path: string): TransferArmKind {
  return { title: "video (file)", meaning: `pretrained on video, by the weights of ${path}` };
}
