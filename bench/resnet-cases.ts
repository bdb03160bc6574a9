/** What bench/resnet-steps.ts times: a training step or a prediction of Med3D's encoder with a segmentation branch. */
export interface ResnetCase {
  readonly depth: number;
  /** Of a cube. */
  readonly extent: number;
  readonly mode: "train" | "predict";
}

export const RESNET_CASES: Readonly<Record<string, ResnetCase>> = {
  "resnet10-48": { depth: 10, extent: 48, mode: "train" },
  "resnet50-48": { depth: 50, extent: 48, mode: "train" },
  "resnet50-96-predict": { depth: 50, extent: 96, mode: "predict" },
};
