import { createRandom, type Random } from "@voxelsmith/engine";
import { type ClipClass, clipClasses, type Motion, motionKind, type Shape2d } from "./clip-classes.ts";
import type { VideoConfig } from "./config.ts";

/** amplitude cos(ky y + kx x + phase). */
export interface PlaneWave {
  /** Radians along y and x: for each radius of an object, or for each side of the background. */
  readonly frequency: readonly [y: number, x: number];
  readonly phase: number;
  readonly amplitude: number;
}

/**
 * An object and its way through the clip. Lengths are in sides, a side being the smaller of height and width; y is up, x
 * to the right, from the middle of the picture.
 */
export interface ObjectDraw extends ClipClass {
  /** The place at the middle of its way. */
  readonly place: readonly [y: number, x: number];
  readonly radius: number;
  /** Radians, counterclockwise, at the clip's middle. */
  readonly angle: number;
  /** How far it moves during the clip: sides, radians, or the logarithm of a ratio of sizes. */
  readonly amount: number;
  /** Where in its turn a motion to and fro begins, radians. */
  readonly phase: number;
  /** How much brighter than the background it is on average. */
  readonly brightness: number;
  /** Moves, turns and grows with the object: without it nobody could see a disk turn. */
  readonly texture: readonly PlaneWave[];
}

/** Everything random about one clip, as plain data that does not depend on the clip's extents. */
export interface ClipDraw {
  /** Index among `clipClasses`. */
  readonly classIndex: number;
  readonly object: ObjectDraw;
  /** A smaller object behind the one to be recognized. */
  readonly distractor: ObjectDraw | null;
  readonly background: readonly PlaneWave[];
  /** Sides that the background moves during the clip. */
  readonly drift: readonly [y: number, x: number];
  /** Factor on the scene, before noise. */
  readonly contrast: number;
  readonly noise: { readonly deviation: number; readonly seed: number };
}

/** Training and validation never share a clip. */
export type ClipStream = "train" | "validation";

type DrawSettings = Pick<VideoConfig, "seed" | "shapes" | "motions" | "distractors" | "drift" | "noise">;

/**
 * Clip 0, 1, 2 ... of an endless stream, each from its number alone. Every class comes once in each period of as many
 * clips as there are classes, in an order drawn anew for every period.
 */
export function drawClip(config: DrawSettings, stream: ClipStream, index: number): ClipDraw {
  const classIndex = classAt(config, stream, index);
  const random = createRandom(config.seed, "video", stream, index);
  const { shape, motion } = clipClasses(config)[classIndex];
  const object = drawObject(random, { shape, motion }, { place: 0.12, radius: [0.16, 0.24] });
  const other = { shape: random.choice(config.shapes), motion: random.choice(config.motions) };
  // Smaller than the object at any time, so that nobody takes one for the other.
  const distractor = drawObject(random, other, { place: 0.38, radius: [0.04, 0.055] });
  const hasDistractor = random.uniform() < config.distractors;
  const background = drawWaves(random, 3, { wavelength: [0.25, 1], amplitude: [0.15, 0.4] });
  const isDrifting = random.uniform() < config.drift;
  const direction = random.between(0, 2 * Math.PI);
  const way = random.between(0.1, 0.4);
  return {
    classIndex,
    object,
    distractor: hasDistractor ? distractor : null,
    background,
    drift: isDrifting ? [way * Math.sin(direction), way * Math.cos(direction)] : [0, 0],
    contrast: random.between(0.6, 1.4),
    noise: { deviation: random.between(0, config.noise), seed: random.integer(2 ** 31) },
  };
}

function classAt(config: DrawSettings, stream: ClipStream, index: number): number {
  const period = config.shapes.length * config.motions.length;
  const random = createRandom(config.seed, "video", "order", stream, Math.floor(index / period));
  const keys = Float64Array.from({ length: period }, () => random.uniform());
  const order = Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
  return order[index % period];
}

interface ObjectRange {
  /** Largest distance from the middle along each axis, sides. */
  readonly place: number;
  readonly radius: readonly [low: number, high: number];
}

function drawObject(
  random: Random,
  { shape, motion }: { readonly shape: Shape2d; readonly motion: Motion },
  { place, radius }: ObjectRange,
): ObjectDraw {
  const sign = random.choice([-1, 1]);
  return {
    shape,
    motion,
    place: [random.between(-place, place), random.between(-place, place)],
    radius: random.between(...radius),
    angle: random.between(0, 2 * Math.PI),
    amount: random.between(...amountRange(motion)),
    phase: random.between(0, 2 * Math.PI),
    brightness: sign * random.between(0.9, 1.8),
    texture: drawWaves(random, 2, { wavelength: [1.1, 2.5], amplitude: [0.3, 0.55] }),
  };
}

/** In the unit of `ObjectDraw.amount`: fast enough to be seen, slow enough to stay in the picture for the most part. */
function amountRange(motion: Motion): readonly [low: number, high: number] {
  switch (motionKind(motion).kind) {
    case "travel":
      return [0.3, 0.55];
    case "swing":
      return [0.12, 0.22];
    case "turn":
      return [0.4 * Math.PI, 1.2 * Math.PI];
    case "grow":
    case "pulse":
      return [0.6, 1];
    case "stand":
      return [0, 0];
  }
}

function drawWaves(
  random: Random,
  count: number,
  range: { readonly wavelength: readonly [number, number]; readonly amplitude: readonly [number, number] },
): readonly PlaneWave[] {
  return Array.from({ length: count }, () => {
    const direction = random.between(0, 2 * Math.PI);
    const frequency = (2 * Math.PI) / random.between(...range.wavelength);
    return {
      frequency: [frequency * Math.sin(direction), frequency * Math.cos(direction)],
      phase: random.between(0, 2 * Math.PI),
      amplitude: random.between(...range.amplitude),
    };
  });
}
