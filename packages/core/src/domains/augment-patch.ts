import type { Random } from "@voxelsmith/engine";

/** How the intensities of a patch are changed, as plain data. */
export interface PatchAugmentation {
  readonly gain: number;
  readonly shift: number;
  readonly gamma: number;
}

/** Largest changes; all 0 leaves patches as they are. Nothing is mirrored: labels may have sides. */
export interface AugmentationStrength {
  readonly gain: number;
  readonly shift: number;
  /** Logarithm of the largest power. */
  readonly gamma: number;
}

export function drawAugmentation(random: Random, strength: AugmentationStrength): PatchAugmentation {
  return {
    gain: 1 + random.between(-strength.gain, strength.gain),
    shift: random.between(-strength.shift, strength.shift),
    gamma: Math.exp(random.between(-strength.gamma, strength.gamma)),
  };
}

/**
 * gain * (low + (high - low) ((value - low) / (high - low))^gamma) + shift, low and high the patch's extremes; a new
 * array.
 */
export function augmentPatch(image: Float32Array, { gain, shift, gamma }: PatchAugmentation): Float32Array {
  if (gamma === 1) return image.map((value) => gain * value + shift);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let p = 0; p < image.length; p++) {
    if (image[p] < low) low = image[p];
    if (image[p] > high) high = image[p];
  }
  const range = high - low;
  if (!(range > 0)) return image.map((value) => gain * value + shift);
  return image.map((value) => gain * (low + range * ((value - low) / range) ** gamma) + shift);
}
