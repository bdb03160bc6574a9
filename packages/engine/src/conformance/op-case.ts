import type { Random } from "../random.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { filled, type NdArray } from "./nd-array.ts";

/** A random input of a case; drawn so that no value sits on a kink of the op. */
export interface Draw {
  readonly shape: Shape;
  readonly values: (random: Random) => ArrayLike<number>;
  /** False for labels and masks: no gradient is asked for. */
  readonly differentiable: boolean;
}

/** One way of calling an op, and the same in obvious loops. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly Draw[];
  readonly build: (...inputs: readonly Tensor[]) => Tensor | readonly Tensor[];
  readonly twin: (...inputs: readonly NdArray[]) => NdArray | readonly NdArray[];
}

/** What the conformance suite knows about an op that users call. */
export interface OpConformance {
  readonly cases: readonly OpCase[];
  /** Calls that must raise a `ShapeError` naming the op. */
  readonly bad: readonly (() => unknown)[];
}

const filledFrom =
  (shape: Shape, value: (random: Random) => number): Draw["values"] =>
  (random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => value(random));

/** Standard normal. */
export function normal(shape: Shape): Draw {
  return { shape, values: filledFrom(shape, (random) => random.normal()), differentiable: true };
}

/** In [low, high). */
export function between(low: number, high: number, shape: Shape): Draw {
  return { shape, values: filledFrom(shape, (random) => random.between(low, high)), differentiable: true };
}

/** Either sign, at least 0.2 from zero. */
export function awayFromZero(shape: Shape): Draw {
  const value = (random: Random): number => random.between(0.2, 1.5) * (random.integer(2) === 0 ? 1 : -1);
  return { shape, values: filledFrom(shape, value), differentiable: true };
}

/** All different, at least 0.1 apart and in random order: nothing ties. */
export function distinct(shape: Shape): Draw {
  const values = (random: Random): Float32Array => {
    const count = sizeOf(shape);
    const ranks = Array.from({ length: count }, (_, rank) => ({ rank, key: random.uniform() }));
    ranks.sort((a, b) => a.key - b.key);
    return Float32Array.from(ranks, ({ rank }) => 0.1 * (rank - count / 2));
  };
  return { shape, values, differentiable: true };
}

/** Integers 0..count - 1, without gradient. */
export function integers(count: number, shape: Shape): Draw {
  return { shape, values: filledFrom(shape, (random) => random.integer(count)), differentiable: false };
}

/**
 * Voxel coordinates into an image of these extents, from two voxels outside to two beyond, each at
 * least 0.15 from a voxel's center (linear) and from the middle between two (nearest), where slopes and choices jump.
 */
export function coordinates(batch: number, extents: Shape, output: Shape): Draw {
  const shape = [batch, extents.length, ...output];
  const inner = sizeOf(output);
  const values = (random: Random): Float32Array =>
    Float32Array.from({ length: sizeOf(shape) }, (_, position) => {
      const extent = extents[Math.floor(position / inner) % extents.length];
      const fraction = random.integer(2) === 0 ? random.between(0.15, 0.35) : random.between(0.65, 0.85);
      return random.integer(extent + 3) - 2 + fraction;
    });
  return { shape, values, differentiable: true };
}

/** A displacement field that lands where `coordinates` does. */
export function displacement(batch: number, extents: Shape): Draw {
  const shape = [batch, extents.length, ...extents];
  const target = coordinates(batch, extents, extents);
  const values = (random: Random): Float32Array => {
    const landing = target.values(random);
    const start = filled(shape, ([, axis, ...position]) => position[axis]);
    return Float32Array.from(start.data, (value, index) => landing[index] - value);
  };
  return { shape, values, differentiable: true };
}

/** The same draw, without gradient. */
export function fixedInput(draw: Draw): Draw {
  return { ...draw, differentiable: false };
}
