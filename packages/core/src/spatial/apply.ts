import { type CompileOptions, compile, input, type Shape, type Tensor, type Weights, warp } from "@voxelsmith/engine";
import {
  fieldExtents,
  fullDisplacement,
  registrationField,
  registrationParameters,
} from "../networks/registration-net.ts";
import type { SpatialConfig } from "./config.ts";
import { networkConfig } from "./graph.ts";
import { createInstanceOptimizer, type InstanceOptimizer } from "./instance.ts";

/** Weights for each direction; the same ones twice where one network learned both. */
export interface SpatialWeights {
  /** Atlas to subject. */
  readonly forward: Weights;
  /** Subject to atlas. */
  readonly backward: Weights;
}

export interface Registration {
  /** `[3, ...fieldExtents]`, voxels of the field's grid, pull-back, D, H, W order. */
  readonly field: Float32Array;
  /** The same on the images' grid, `[3, D, H, W]`, in its voxels. */
  readonly displacement: Float32Array;
  /** moving(x + u(x)), `[D, H, W]`. */
  readonly warped: Float32Array;
}

/** The trained spatial model: images `[D, H, W]` in, registrations out. */
export interface SpatialModel {
  atlasToSubject(atlas: Float32Array, subject: Float32Array): Promise<Registration>;
  subjectToAtlas(subject: Float32Array, atlas: Float32Array): Promise<Registration>;
  dispose(): Promise<void>;
}

/** Inference graph of one direction: `moving` and `fixed` to field, displacement and warped image. */
export function spatialGraph(config: SpatialConfig, extents: Shape): Record<string, Tensor> {
  const specs = registrationParameters(networkConfig(config));
  const parameters = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const moving = input("moving", [1, 1, ...extents]);
  const fixed = input("fixed", [1, 1, ...extents]);
  const field = registrationField(networkConfig(config), parameters, moving, fixed); // [1, 3, ...fieldExtents]
  const displacement = fullDisplacement(config, field, extents); // [1, 3, D, H, W]
  return { field, displacement, warped: warp(moving, displacement) };
}

/** The trained spatial model; where the settings ask for it, each pair's field is improved by instance optimization. */
export async function createSpatialModel(
  config: SpatialConfig,
  weights: SpatialWeights,
  extents: Shape,
  options: CompileOptions,
): Promise<SpatialModel> {
  const graph = spatialGraph(config, extents);
  const load = (from: Weights): ReturnType<typeof compile> =>
    compile(graph, {
      ...options,
      fixed: Object.fromEntries(Object.entries(from).map(([name, { data }]) => [name, data])),
    });
  const forward = await load(weights.forward);
  const backward = weights.backward === weights.forward ? forward : await load(weights.backward);
  const improved = config.instanceSteps > 0 ? await createImproved(config, extents, options) : undefined;
  const register = async (
    session: typeof forward,
    moving: Float32Array,
    fixed: Float32Array,
  ): Promise<Registration> => {
    const { field, displacement, warped } = await session.run({ moving, fixed });
    if (improved === undefined) return { field, displacement, warped };
    const better = await improved.optimizer.improve(moving, fixed, field);
    return { field: better, ...(await improved.apply(moving, better)) };
  };
  return {
    atlasToSubject: (atlas, subject) => register(forward, atlas, subject),
    subjectToAtlas: (subject, atlas) => register(backward, subject, atlas),
    async dispose() {
      await forward.dispose();
      if (backward !== forward) await backward.dispose();
      await improved?.dispose();
    },
  };
}

interface Improved {
  readonly optimizer: InstanceOptimizer;
  /** What a field makes of the moving image. */
  apply(moving: Float32Array, field: Float32Array): Promise<Omit<Registration, "field">>;
  dispose(): Promise<void>;
}

async function createImproved(config: SpatialConfig, extents: Shape, options: CompileOptions): Promise<Improved> {
  const optimizer = await createInstanceOptimizer(config, extents, options);
  const field = input("field", [1, 3, ...fieldExtents(config, extents)]);
  const displacement = fullDisplacement(config, field, extents);
  const warped = warp(input("moving", [1, 1, ...extents]), displacement);
  const session = await compile({ displacement, warped }, options);
  return {
    optimizer,
    async apply(moving, better) {
      const made = await session.run({ moving, field: better });
      return { displacement: made.displacement, warped: made.warped };
    },
    async dispose() {
      await optimizer.dispose();
      await session.dispose();
    },
  };
}
