import { type CompileOptions, compile, input, type Shape, type Tensor, type Weights } from "@voxelsmith/engine";
import { appearanceNet, appearanceParameters } from "../networks/appearance-net.ts";
import type { AppearanceConfig } from "./config.ts";

/** The trained appearance model. */
export interface AppearanceModel {
  /** psi `[D, H, W]`, to be added to the atlas, from the atlas and a subject that was warped onto it. */
  change(atlas: Float32Array, subjectInAtlas: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export function appearanceGraph(config: AppearanceConfig, extents: Shape): Record<string, Tensor> {
  const specs = appearanceParameters(config);
  const parameters = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const shape = [1, 1, ...extents];
  return { psi: appearanceNet(config, parameters, input("atlas", shape), input("subjectInAtlas", shape)) };
}

export async function createAppearanceModel(
  config: AppearanceConfig,
  weights: Weights,
  extents: Shape,
  options: CompileOptions,
): Promise<AppearanceModel> {
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const session = await compile(appearanceGraph(config, extents), { ...options, fixed });
  return {
    change: async (atlas, subjectInAtlas) => (await session.run({ atlas, subjectInAtlas })).psi,
    dispose: () => session.dispose(),
  };
}
