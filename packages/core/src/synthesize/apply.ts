import {
  add,
  type CompileOptions,
  compile,
  constant,
  createRandom,
  exp,
  identityGrid,
  input,
  linearAlongAxis,
  log,
  type Matrix,
  matmul,
  maximum,
  mul,
  reshape,
  type Shape,
  sampleAt,
  sizeOf,
  sub,
  type Tensor,
} from "@voxelsmith/engine";
import { BIAS_KNOTS, type ExampleDraw, NOISE_BANK } from "./draw.ts";

/** A transform of each kind for each pair of atlas and subject; zeros stand for "no change". */
export interface Transforms {
  /** Atlas to subject, `[3, ...fieldExtents]` in voxels of the field's grid. */
  field(atlas: string, subject: string): Promise<Float32Array>;
  /** Added to the atlas in the atlas frame, `[D, H, W]`. */
  appearance(atlas: string, subject: string): Promise<Float32Array>;
}

export interface AtlasArrays {
  /** Normalized intensities, `[D, H, W]`. */
  readonly image: Float32Array;
  /** Class indices 0..C-1, `[D, H, W]`. */
  readonly classes: Float32Array;
}

export interface Example {
  readonly draw: ExampleDraw;
  readonly image: Float32Array;
  readonly classes: Float32Array;
}

/** Turns draws into labeled examples. */
export interface Synthesizer {
  apply(draw: ExampleDraw): Promise<Example>;
  dispose(): Promise<void>;
}

export interface SynthesizerParts {
  readonly extents: Shape;
  /** Extents of the field's grid; half of `extents` where the field lives at half resolution. */
  readonly fieldExtents: Shape;
  readonly atlases: ReadonlyMap<string, AtlasArrays>;
  readonly transforms: Transforms;
}

/**
 * example(x) = tau(atlas + psi)(A x + u(A x)): the appearance change first, in the atlas frame, then the warp, in ONE
 * interpolation, then the global intensity changes. The labels take the same coordinates, nearest, and nothing else:
 * no intensity ever changes a label.
 */
export async function createSynthesizer(parts: SynthesizerParts, options: CompileOptions): Promise<Synthesizer> {
  const { extents, fieldExtents, atlases, transforms } = parts;
  const session = await compile(exampleGraph(extents, fieldExtents), options);
  const voxels = sizeOf(extents);
  let bank: { readonly seed: number; readonly values: Float32Array } | undefined;
  return {
    async apply(draw) {
      const atlas = atlases.get(draw.atlas);
      if (atlas === undefined) throw new RangeError(`draw names the atlas ${draw.atlas}, which is not in this run`);
      if (bank?.seed !== draw.seed) bank = { seed: draw.seed, values: noiseBank(draw.seed) };
      const { image, labels } = await session.run({
        atlas: atlas.image,
        classes: atlas.classes,
        field: await transforms.field(draw.atlas, draw.spatialTarget),
        psi: await transforms.appearance(draw.atlas, draw.appearanceTarget),
        affine: Float32Array.from(draw.affine),
        gamma: Float32Array.of(draw.gamma),
        scale: Float32Array.of(draw.scale),
        shift: Float32Array.of(draw.shift),
        bias: Float32Array.from(draw.bias),
        noise: readNoise(bank.values, draw.noise.start, voxels),
        deviation: Float32Array.of(draw.noise.deviation),
      });
      return { draw, image, classes: labels };
    },
    dispose: () => session.dispose(),
  };
}

/** Drawing a fresh normal for every voxel would cost more than the whole warp. */
function noiseBank(seed: number): Float32Array {
  return createRandom(seed, "noise-bank").normals(NOISE_BANK);
}

function readNoise(bank: Float32Array, start: number, count: number): Float32Array {
  if (start + count <= bank.length) return bank.subarray(start, start + count);
  const values = new Float32Array(count);
  for (let n = 0; n < count; n++) values[n] = bank[(start + n) % bank.length];
  return values;
}

function exampleGraph(extents: Shape, fieldExtents: Shape): Record<string, Tensor> {
  const full: Shape = [1, 1, ...extents];
  const field = input("field", [1, 3, ...fieldExtents]);
  const coordinates = warpedCoordinates(field, input("affine", [3, 3]), extents); // [1, 3, D, H, W]
  const changed = add(input("atlas", full), input("psi", full)); // [1, 1, D, H, W]
  const warped = sampleAt(changed, coordinates);
  const gamma = input("gamma", [1]);
  const contrast = exp(mul(gamma, log(add(maximum(warped, 0), 1e-4))));
  const bias = smoothField(input("bias", [1, 1, BIAS_KNOTS, BIAS_KNOTS, BIAS_KNOTS]), extents);
  const gained = add(mul(mul(contrast, bias), input("scale", [1])), input("shift", [1]));
  const image = add(gained, mul(input("noise", full), input("deviation", [1])));
  return { image, labels: sampleAt(input("classes", full), coordinates, "nearest") };
}

/** y + u(y) with y = A (x - c) + c; u is read from its own grid, half-pixel centers, values scaled to full voxels. */
function warpedCoordinates(field: Tensor, affine: Tensor, extents: Shape): Tensor {
  const column = (values: readonly number[]): Tensor => constant(values, [3, 1]);
  const center = column(extents.map((extent) => (extent - 1) / 2));
  const offsets = sub(reshape(identityGrid(extents), [3, sizeOf(extents)]), center); // [3, K]
  const turned = add(matmul(affine, offsets), center); // [3, K] voxels
  const ratio = extents.map((extent, a) => extent / field.shape[a + 2]);
  const onField = sub(mul(add(turned, 0.5), column(ratio.map((r) => 1 / r))), 0.5);
  const displacement = sampleAt(field, reshape(onField, [1, 3, ...extents])); // [1, 3, D, H, W]
  const scaled = mul(reshape(displacement, [3, sizeOf(extents)]), column(ratio));
  return reshape(add(turned, scaled), [1, 3, ...extents]);
}

/** Linear interpolation of a few knots, the first and last on the grid's edges. */
function smoothField(knots: Tensor, extents: Shape): Tensor {
  return extents.reduce((field, extent, a) => linearAlongAxis(field, knotMatrix(extent), a + 2), knots);
}

function knotMatrix(extent: number): Matrix {
  const values = new Float32Array(extent * BIAS_KNOTS);
  for (let row = 0; row < extent; row++) {
    const position = extent === 1 ? 0 : (row * (BIAS_KNOTS - 1)) / (extent - 1);
    const below = Math.min(Math.floor(position), BIAS_KNOTS - 2);
    values[row * BIAS_KNOTS + below] = 1 - (position - below);
    values[row * BIAS_KNOTS + below + 1] = position - below;
  }
  return { rows: extent, columns: BIAS_KNOTS, values };
}
