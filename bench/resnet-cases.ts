/** What bench/resnet-steps.ts times: a training step or a prediction of Med3D's encoder with a segmentation branch. */
export interface ResnetCase {
  readonly depth: number;
  /** Of a cube. */
  readonly extent: number;
  readonly mode: "train" | "predict";
  /**
   * How far losses may part after the first, which always has to agree to 1e-4. None for ResNet-50: from these weights
   * float32 gradients are 2 % off those in float64 (ours 1.7 %, PyTorch's 2.1 %, at 48^3), and Adam's first update
   * is as long where the sign is all noise.
   */
  readonly drift?: number;
}

export const RESNET_CASES: Readonly<Record<string, ResnetCase>> = {
  "resnet10-48": { depth: 10, extent: 48, mode: "train", drift: 1e-2 },
  "resnet50-48": { depth: 50, extent: 48, mode: "train" },
  "resnet50-96-predict": { depth: 50, extent: 96, mode: "predict", drift: 1e-4 },
};
