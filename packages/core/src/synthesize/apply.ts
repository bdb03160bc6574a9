import { type CompileOptions, compile, createRandom, type Shape, sizeOf } from "@voxelsmith/engine";
import type { SynthesizeConfig } from "./config.ts";
import { type ExampleDraw, NOISE_BANK } from "./draw.ts";
import { exampleGraph, type GraphChanges } from "./example-graph.ts";
import { splineKnots } from "./spline-displacement.ts";

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
  /** The labeled scan of an id that a draw names: an atlas, or a subject that a model labeled. */
  labeled(id: string): Promise<AtlasArrays>;
  readonly transforms: Transforms;
  /** The class that each class becomes in a mirror image, where some change. */
  readonly mirroredClasses?: readonly number[];
  /** What the graph can do beyond the transforms; see `changesOf`. */
  readonly changes: GraphChanges;
}

/** What the graph must be able to do for the examples of these settings. */
export function changesOf(config: SynthesizeConfig): GraphChanges {
  const random = config.elastic > 0 || (config.randomShare > 0 && config.randomDisplacement > 0);
  return {
    blur: config.blur > 0,
    ...(random ? { displacementSmoothness: config.displacementSmoothness } : {}),
  };
}

/** Compiles `exampleGraph` once; then each draw is one run of it. */
export async function createSynthesizer(parts: SynthesizerParts, options: CompileOptions): Promise<Synthesizer> {
  const { extents, fieldExtents, transforms, changes, mirroredClasses } = parts;
  const session = await compile(exampleGraph(extents, fieldExtents, changes), options);
  const voxels = sizeOf(extents);
  const smoothness = changes.displacementSmoothness;
  const knots = smoothness === undefined ? 0 : 3 * sizeOf(splineKnots(extents, smoothness));
  let bank: { readonly seed: number; readonly values: Float32Array } | undefined;
  return {
    async apply(draw) {
      refuse(draw.displacement.rms > 0 && smoothness === undefined, "a random displacement");
      refuse(draw.blur > 0 && !changes.blur, "blur");
      const atlas = await parts.labeled(draw.atlas);
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
        floor: Float32Array.of(draw.clipped ? 0 : -LARGEST),
        ceiling: Float32Array.of(draw.clipped ? 1 : LARGEST),
        ...(changes.blur ? { blur: Float32Array.of(draw.blur) } : {}),
        ...(smoothness === undefined
          ? {}
          : {
              rms: Float32Array.of(draw.displacement.rms),
              knots: readNoise(bank.values, draw.displacement.start, knots),
            }),
      });
      const exchanged = draw.mirrored && mirroredClasses !== undefined;
      return { draw, image, classes: exchanged ? labels.map((one) => mirroredClasses[one]) : labels };
    },
    dispose: () => session.dispose(),
  };
}

/** No intensity comes near. */
const LARGEST = 1e30;

function refuse(bad: boolean, what: string): void {
  if (bad) throw new RangeError(`the draw has ${what}, which this synthesizer was made without`);
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
