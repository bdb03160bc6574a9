import { createRandom, type Shape } from "@voxelsmith/engine";
import { drawAugmentation, type PatchAugmentation } from "../domains/augment-patch.ts";
import type { TransferConfig } from "./config.ts";

/** How one sample is changed: plain data. */
export interface SampleAugmentation {
  /** Whether the sample is mirrored along k, j, i. */
  readonly mirrored: readonly [boolean, boolean, boolean];
  readonly intensities: PatchAugmentation;
  /** Voxels along k, j, i by which a sample of an image's middle is moved. */
  readonly jitter: readonly [number, number, number];
}

/** Images stand upright (i to the right, j to the front, k up) when this is drawn. */
const DIRECTIONS = ["down-up", "back-front", "left-right"] as const;

/** Draws the change of one sample of one step; nothing of the image is looked at. */
export function drawSampleAugmentation(config: TransferConfig, step: number, index: number): SampleAugmentation {
  const random = createRandom(config.seed, "transfer", "augmentation", step, index);
  const mirrored = DIRECTIONS.map((direction) => random.uniform() < 0.5 && config.flips.includes(direction));
  const intensities = drawAugmentation(random, config);
  const jitter = DIRECTIONS.map(() => random.integer(2 * config.jitter + 1) - config.jitter);
  return {
    mirrored: [mirrored[0], mirrored[1], mirrored[2]],
    intensities,
    jitter: [jitter[0], jitter[1], jitter[2]],
  };
}

/** Mirrors `[D, H, W]` values; a new array. */
export function mirror(
  values: Float32Array,
  extents: Shape,
  { mirrored }: Pick<SampleAugmentation, "mirrored">,
): Float32Array {
  const [depth, height, width] = extents;
  const [z, y, x] = mirrored;
  const result = new Float32Array(values.length);
  let target = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = ((z ? depth - 1 - k : k) * height + (y ? height - 1 - j : j)) * width;
      for (let i = 0; i < width; i++) result[target++] = values[row + (x ? width - 1 - i : i)];
    }
  }
  return result;
}
