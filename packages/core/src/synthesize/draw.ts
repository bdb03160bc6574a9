import { createRandom, type Random } from "@voxelsmith/engine";
import type { SynthesizeConfig } from "./config.ts";

/** Knots of the smooth multiplicative field along each axis. */
export const BIAS_KNOTS = 4;
/** Standard normal values that all examples share; a draw names where it starts to read. */
export const NOISE_BANK = 2 ** 21;

/** Everything random about one synthesized example, as plain data: the same draw gives the same voxels. */
export interface ExampleDraw {
  readonly seed: number;
  /** Which stream of draws, for example "training", and which of them. */
  readonly stream: string;
  readonly index: number;
  readonly atlas: string;
  /** The subject whose shape the example takes. */
  readonly spatialTarget: string;
  /** The subject whose intensities the example takes. */
  readonly appearanceTarget: string;
  /** Row-major 3x3 in D, H, W order, about the grid's center. */
  readonly affine: readonly number[];
  readonly gamma: number;
  readonly scale: number;
  readonly shift: number;
  /** Relative gain at the knots, D, H, W order. */
  readonly bias: readonly number[];
  readonly noise: { readonly deviation: number; readonly start: number };
}

/** Who may be drawn from. */
export interface Targets {
  readonly atlases: readonly string[];
  readonly subjects: readonly string[];
}

/**
 * Splits the subjects: some are kept for the examples that choose the checkpoint, so that the choice is made on
 * shapes and intensities that training has not used. Fewer than five subjects are too few to split.
 */
export function splitTargets(targets: Targets, validationShare: number): { training: Targets; validation: Targets } {
  const { atlases, subjects } = targets;
  const kept = subjects.length < 5 ? 0 : Math.round(subjects.length * validationShare);
  if (kept === 0) return { training: targets, validation: targets };
  const every = subjects.length / kept;
  const held = new Set(Array.from({ length: kept }, (_, n) => subjects[Math.floor((n + 0.5) * every)]));
  return {
    training: { atlases, subjects: subjects.filter((id) => !held.has(id)) },
    validation: { atlases, subjects: subjects.filter((id) => held.has(id)) },
  };
}

/** Draws example `index` of a stream; draws do not depend on each other. */
export function drawExample(
  config: SynthesizeConfig,
  targets: Targets,
  { seed, stream, index }: { seed: number; stream: string; index: number },
): ExampleDraw {
  const random = createRandom(seed, "synthesize", stream, index);
  const atlas = random.choice(targets.atlases);
  // As in the authors' code, the atlas itself is one of the subjects: the identity is a possible transform.
  const pool = [...targets.subjects, atlas];
  const spatialTarget = random.choice(pool);
  const appearanceTarget = config.coupling === "coupled" ? spatialTarget : random.choice(pool);
  const [low, high] = config.gamma;
  return {
    seed,
    stream,
    index,
    atlas,
    spatialTarget,
    appearanceTarget,
    affine: drawAffine(random, config.affine),
    gamma: Math.exp(random.between(Math.log(low), Math.log(high))),
    scale: random.between(...config.intensityScale),
    shift: random.between(...config.intensityShift),
    bias: drawBias(random, config.biasField),
    noise: { deviation: config.noise * random.uniform(), start: random.integer(NOISE_BANK) },
  };
}

function drawBias(random: Random, strength: number): readonly number[] {
  const amplitude = strength * random.uniform();
  return Array.from({ length: BIAS_KNOTS ** 3 }, () => 1 + amplitude * random.between(-1, 1));
}

/** Rotation about the three axes times scaling along them. */
function drawAffine(random: Random, strength: number): readonly number[] {
  const angles = [0, 1, 2].map(() => random.between(-strength, strength));
  const scales = [0, 1, 2].map(() => 1 + random.between(-strength, strength));
  const rotation = angles.reduce<readonly number[]>(
    (product, angle, axis) => multiply(product, rotationAbout(axis, angle)),
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
  );
  return rotation.map((value, index) => value * scales[index % 3]);
}

function rotationAbout(axis: number, angle: number): readonly number[] {
  const [a, b] = [0, 1, 2].filter((other) => other !== axis);
  const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  matrix[4 * a] = Math.cos(angle);
  matrix[4 * b] = Math.cos(angle);
  matrix[3 * a + b] = -Math.sin(angle);
  matrix[3 * b + a] = Math.sin(angle);
  return matrix;
}

function multiply(a: readonly number[], b: readonly number[]): readonly number[] {
  return [0, 1, 2].flatMap((r) =>
    [0, 1, 2].map((c) => [0, 1, 2].reduce((sum, n) => sum + a[3 * r + n] * b[3 * n + c], 0)),
  );
}
