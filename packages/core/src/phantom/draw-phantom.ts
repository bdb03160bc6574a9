import type { Random } from "@voxelsmith/engine";
import type { Dims, Grid } from "../volume/volume.ts";
import type { PhantomShape } from "./phantom-shape.ts";

type Triple = readonly [number, number, number];

/** One plane wave of the smooth displacement: `amplitudeMm * sin(wave . x + phase)`. */
interface Wave {
  readonly amplitudeMm: Triple;
  /** Radians per mm. */
  readonly wave: Triple;
  readonly phase: number;
}

/** Everything random about one phantom, as plain JSON: the same draw renders to the same bits. */
export interface PhantomDraw {
  readonly dims: Dims;
  /** World to anatomy: `anatomy = rotate^T(world - translation) / scale`, then the waves are added. */
  readonly pose: { readonly rotationRadians: Triple; readonly translationMm: Triple; readonly scale: Triple };
  readonly waves: readonly Wave[];
  readonly shape: PhantomShape;
  /** Mean signal of each tissue, about 0 to 1, before gamma and gain. */
  readonly tissues: PhantomTissues;
  readonly gamma: number;
  readonly gain: number;
  /** Exponent of the bias field at the grid's faces: `exp(linear . x + quadratic . x^2)`, x from -1 to 1. */
  readonly bias: { readonly linear: Triple; readonly quadratic: Triple };
  /** Standard deviation, in the unit of the tissues. */
  readonly noise: { readonly level: number; readonly seed: number };
}

export interface PhantomTissues {
  readonly scalp: number;
  readonly fluid: number;
  readonly cortex: number;
  readonly white: number;
  readonly ventricle: number;
  readonly thalamus: number;
  readonly putamen: number;
}

export const PHANTOM_SPACING_MM = 1.5;
const DIMS: Dims = [40, 48, 40];
const WAVE_COUNT = 8;
/**
 * Mean over the waves of the largest change of displacement per mm. Small enough that the eight together do not fold
 * space; they move tissue by 1 to 2 mm (RMS), up to 5 mm.
 */
const WAVE_STRAIN = 0.085;

/** One subject: size and pose of the head, smooth displacement, structure sizes, intensities, bias field and noise. */
export function drawPhantom(random: Random): PhantomDraw {
  const near = (center: number, spread: number): number => random.between(center - spread, center + spread);
  const triple = (center: number, spread: number): Triple => [
    near(center, spread),
    near(center, spread),
    near(center, spread),
  ];
  const size = near(1, 0.04);
  return {
    dims: DIMS.map((count) => count - 2 + random.integer(6)) as unknown as Dims,
    pose: {
      rotationRadians: triple(0, 0.06),
      translationMm: triple(0, 1.2),
      scale: triple(size, 0.03),
    },
    waves: Array.from({ length: WAVE_COUNT }, () => drawWave(random)),
    shape: {
      thicknessMm: near(3.4, 0.4),
      foldDepthMm: near(5.5, 0.8),
      foldPhase: triple(0, 0.35),
      ventricleRadiusMm: near(3.7, 0.5),
      ventricleArcMm: near(9.2, 0.4),
      thalamusScale: triple(1, 0.13),
      putamenScale: triple(1, 0.15),
      putamenOffsetMm: triple(0, 0.9),
    },
    // Thalamus and putamen lie between cortex and white matter, and near them: their borders are faint.
    tissues: {
      scalp: near(0.85, 0.1),
      fluid: near(0.14, 0.04),
      cortex: near(0.52, 0.04),
      white: near(0.8, 0.04),
      ventricle: near(0.16, 0.05),
      thalamus: near(0.67, 0.03),
      putamen: near(0.59, 0.03),
    },
    gamma: near(1, 0.2),
    gain: near(800, 300),
    bias: { linear: triple(0, 0.15), quadratic: triple(0, 0.12) },
    noise: { level: near(0.032, 0.012), seed: random.integer(2 ** 31) },
  };
}

/** The subject's own RAS grid, its center at the world's origin. */
export function phantomGrid({ dims }: PhantomDraw): Grid {
  const mm = PHANTOM_SPACING_MM;
  const [x, y, z] = dims.map((count) => (-mm * (count - 1)) / 2);
  return { dims, affine: [mm, 0, 0, x, 0, mm, 0, y, 0, 0, mm, z, 0, 0, 0, 1] };
}

/** Long waves move far, short ones little: the amplitude is the strain over the wave number. */
function drawWave(random: Random): Wave {
  const wavelengthMm = random.between(28, 70);
  const waveNumber = (2 * Math.PI) / wavelengthMm;
  const direction = drawDirection(random);
  const along = drawDirection(random);
  const amplitude = (WAVE_STRAIN * random.between(0.6, 1.4)) / waveNumber;
  return {
    amplitudeMm: [amplitude * along[0], amplitude * along[1], amplitude * along[2]],
    wave: [waveNumber * direction[0], waveNumber * direction[1], waveNumber * direction[2]],
    phase: random.between(0, 2 * Math.PI),
  };
}

function drawDirection(random: Random): Triple {
  const [x, y, z] = random.normals(3);
  const length = Math.hypot(x, y, z);
  return length > 0 ? [x / length, y / length, z / length] : [1, 0, 0];
}
