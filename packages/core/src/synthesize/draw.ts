import { createRandom, type Random } from "@voxelsmith/engine";
import type { Mirroring } from "../prepare/mirroring.ts";
import type { SynthesizeConfig } from "./config.ts";
import { drawAffine } from "./draw-affine.ts";

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
  /** The labeled scan that it is made from: an atlas, or a subject with labels that a model gave it. */
  readonly atlas: string;
  /** The subject whose shape the example takes; the atlas itself where it keeps its own. */
  readonly spatialTarget: string;
  /** The subject whose intensities the example takes; the atlas itself where it keeps its own. */
  readonly appearanceTarget: string;
  /** Random smooth displacement: rms along each axis as a share of the mean extent, and where its knots are read. */
  readonly displacement: { readonly rms: number; readonly start: number };
  /** Whether it is a mirror image; then left and right structures change their labels. */
  readonly mirrored: boolean;
  /** Row-major 3x3 in D, H, W order, about the grid's center. */
  readonly affine: readonly number[];
  readonly gamma: number;
  readonly scale: number;
  readonly shift: number;
  /** Relative gain at the knots, D, H, W order. */
  readonly bias: readonly number[];
  readonly noise: { readonly deviation: number; readonly start: number };
  /** Share of the image that is blurred. */
  readonly blur: number;
  /** Intensities are clipped to 0..1 at the end, as rand-aug does. */
  readonly clipped: boolean;
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

/** The settings as they apply to prepared scans: nothing is mirrored where it may not be. */
export function settingsOnScans(config: SynthesizeConfig, { refusal }: Mirroring): SynthesizeConfig {
  return config.flip === "left-right" && refusal !== undefined ? { ...config, flip: "none" } : config;
}

/** Draws example `index` of a stream; draws do not depend on each other. */
export function drawExample(
  config: SynthesizeConfig,
  targets: Targets,
  { seed, stream, index }: { seed: number; stream: string; index: number },
): ExampleDraw {
  const random = createRandom(seed, "synthesize", stream, index);
  const origin = drawOrigin(random, config, targets);
  const isRandom = origin.kind === "random";
  const [low, high] = config.gamma;
  const factor = isRandom ? random.between(1 - config.randomIntensity, 1 + config.randomIntensity) : 1;
  const rms = isRandom ? config.randomDisplacement : config.elastic * random.uniform();
  const start = random.integer(NOISE_BANK);
  const mirrored = config.flip === "left-right" && random.uniform() < 0.5;
  return {
    seed,
    stream,
    index,
    atlas: origin.atlas,
    spatialTarget: origin.spatialTarget,
    appearanceTarget: origin.appearanceTarget,
    displacement: { rms, start },
    mirrored,
    affine: drawAffine(random, config.affine, mirrored),
    gamma: Math.exp(random.between(Math.log(low), Math.log(high))),
    scale: factor * random.between(...config.intensityScale),
    shift: random.between(...config.intensityShift),
    bias: drawBias(random, config.biasField),
    noise: { deviation: config.noise * random.uniform(), start: random.integer(NOISE_BANK) },
    blur: config.blur * random.uniform(),
    clipped: isRandom,
  };
}

type Origin = Pick<ExampleDraw, "atlas" | "spatialTarget" | "appearanceTarget"> & {
  readonly kind: "learned" | "random" | "pseudo";
};

/** What the example is made of: learned transforms of an atlas, a random one, or a scan that a model labeled. */
function drawOrigin(random: Random, config: SynthesizeConfig, { atlases, subjects }: Targets): Origin {
  const as = (kind: Origin["kind"], id: string): Origin => ({
    kind,
    atlas: id,
    spatialTarget: id,
    appearanceTarget: id,
  });
  const which = random.uniform();
  if (which < config.pseudoShare && subjects.length > 0) return as("pseudo", random.choice(subjects));
  const atlas = random.choice(atlases);
  // The share is of what is left, so that "half of the examples" means half with pseudo-labeled scans or without.
  if (which < config.pseudoShare + (1 - config.pseudoShare) * config.randomShare) return as("random", atlas);
  if (config.transforms === "none") return as("learned", atlas);
  // As in the authors' code, the atlas itself is one of the subjects: the identity is a possible transform.
  const pool = [...subjects, atlas];
  const spatialTarget = random.choice(pool);
  const appearanceTarget = config.transforms === "coupled" ? spatialTarget : random.choice(pool);
  return { kind: "learned", atlas, spatialTarget, appearanceTarget };
}

function drawBias(random: Random, strength: number): readonly number[] {
  const amplitude = strength * random.uniform();
  return Array.from({ length: BIAS_KNOTS ** 3 }, () => 1 + amplitude * random.between(-1, 1));
}
