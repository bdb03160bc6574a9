import type { Shape } from "@voxelsmith/engine";
import type { Grid } from "../volume/volume.ts";

export interface PreparedAtlas {
  readonly id: string;
  /** Normalized intensities, `[D, H, W]`. */
  readonly image: Float32Array;
  /** Class indices: position in `labels` plus 1, 0 is background; `[D, H, W]`. */
  readonly classes: Float32Array;
}

/** The scans as the networks see them: one grid, one intensity range. */
export interface PreparedSet {
  readonly grid: Grid;
  /** `[D, H, W]` = dims `[k, j, i]` of the grid. */
  readonly extents: Shape;
  /** Label values of the atlases in rising order, without background: class c is label `labels[c - 1]`. */
  readonly labels: readonly number[];
  readonly atlases: readonly PreparedAtlas[];
  /** Ids of the unlabeled subjects. */
  readonly subjects: readonly string[];
  /** The prepared image of an unlabeled subject, `[D, H, W]`. */
  image(subject: string): Promise<Float32Array>;
}
