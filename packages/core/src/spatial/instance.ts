import { adam, add, type CompileOptions, compileTrainer, type Shape, type TrainingStep } from "@voxelsmith/engine";
import { fieldExtents } from "../networks/registration-net.ts";
import { spatialLayers } from "../networks/spatial-layers.ts";
import type { SpatialConfig } from "./config.ts";
import { registrationLoss } from "./loss.ts";

/** Voxels of the field's grid that a step moves a place at most. */
const STEP = 0.05;

/** Improves one pair's field. */
export interface InstanceOptimizer {
  /** Images `[D, H, W]` and the network's field `[3, ...fieldExtents]` in, the better field out. */
  improve(moving: Float32Array, fixed: Float32Array, field: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Instance optimization (Balakrishnan 2019, "instance-specific"): from the network's field u0 of ONE pair, steps of Adam on c in the
 * loss of training for u = u0 + c. A network's field is a guess that is good on average; here each pair gets its own.
 */
export async function createInstanceOptimizer(
  config: SpatialConfig,
  extents: Shape,
  options: CompileOptions,
): Promise<InstanceOptimizer> {
  const image = [1, 1, ...extents];
  const shape = [1, 3, ...fieldExtents(config, extents)];
  const { stayInPlane } = spatialLayers(extents);
  const definition: TrainingStep<"moving" | "fixed" | "start"> = {
    inputs: { moving: image, fixed: image, start: shape },
    parameters: { change: { shape, initializer: { kind: "constant", value: 0 } } },
    loss: ({ moving, fixed, start }, { change }) =>
      registrationLoss(config, extents, { moving, fixed, field: add(start, stayInPlane(change)) }),
    optimizer: adam({ learningRate: STEP }),
  };
  const trainer = await compileTrainer(definition, { ...options, seed: 0 });
  const untouched = trainer.state();
  return {
    async improve(moving, fixed, field) {
      trainer.restore(untouched);
      for (let step = 0; step < config.instanceSteps; step++) await trainer.run({ moving, fixed, start: field });
      const { data } = trainer.weights().change;
      return field.map((value, at) => value + data[at]);
    },
    dispose: () => trainer.dispose(),
  };
}
