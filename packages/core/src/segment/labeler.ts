import type { PlanarBorder } from "./planar-borders.ts";

/** Anything that labels a prepared image: the segmenter, or a baseline. */
export interface Labeler {
  /** `[classes, D, H, W]` of a prepared image `[D, H, W]`; class 0 is background. */
  probabilities(image: Float32Array): Promise<Float32Array>;
  /** Borders that become planes in its label maps; none by default. */
  readonly borders?: readonly PlanarBorder[];
  dispose(): Promise<void>;
}
