import { adam, compileTrainer, createRandom, type Trainer, type TrainingStep, type Weights } from "@voxelsmith/engine";
import { registrationField, registrationParameters } from "../networks/registration-net.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { type Sample, trainLoop } from "../training/loop.ts";
import { scheduleOf } from "../training/schedule.ts";
import type { SpatialWeights } from "./apply.ts";
import type { SpatialConfig } from "./config.ts";
import { networkConfig } from "./graph.ts";
import { registrationLoss } from "./loss.ts";
import { saveSpatialWeights } from "./weights.ts";

type Inputs = "moving" | "fixed";
type Direction = "forward" | "backward" | "both";

/** The training step: `registrationLoss` of u = g(moving, fixed). */
export function spatialStep(config: SpatialConfig, extents: readonly number[]): TrainingStep<Inputs> {
  const shape = [1, 1, ...extents];
  return {
    inputs: { moving: shape, fixed: shape },
    parameters: registrationParameters(networkConfig(config)),
    loss({ moving, fixed }, parameters) {
      const field = registrationField(networkConfig(config), parameters, moving, fixed); // [1, 3, ...fieldExtents]
      return registrationLoss(config, extents, { moving, fixed, field });
    },
    optimizer: adam(scheduleOf(config)),
  };
}

/** Trains the spatial model on pairs of an atlas and an unlabeled subject; no label takes part. */
export async function trainSpatial(context: RunContext, prepared: PreparedSet): Promise<SpatialWeights> {
  const { config } = context;
  const directions: readonly Direction[] =
    config.spatial.directions === "one-network" ? ["both"] : ["forward", "backward"];
  const trained: Weights[] = [];
  for (const direction of directions) {
    const stage = direction === "both" ? RUN_FOLDER.spatial : `${RUN_FOLDER.spatial}/${direction}`;
    const trainer = await compileTrainer(spatialStep(config.spatial, prepared.extents), {
      device: config.device,
      threads: config.threads,
      seed: config.seed,
    });
    const sample = (step: number): Promise<Sample<Inputs>> => drawPair(prepared, config.seed, direction, step);
    const { steps } = config.spatial;
    const { last } = await trainLoop(context, { stage, steps, trainer: trainer as Trainer<Inputs>, sample });
    trained.push(last);
    await trainer.dispose();
  }
  const weights: SpatialWeights = { forward: trained[0], backward: trained[1] ?? trained[0] };
  await saveSpatialWeights(context.store, weights, config.spatial);
  return weights;
}

/** One atlas and one subject; which of them moves is drawn too where one network learns both directions. */
async function drawPair(
  prepared: PreparedSet,
  seed: number,
  direction: Direction,
  step: number,
): Promise<Sample<Inputs>> {
  const random = createRandom(seed, "spatial", direction, step);
  const atlas = random.choice(prepared.atlases);
  const subject = random.choice(prepared.subjects);
  const forward = direction === "both" ? random.uniform() < 0.5 : direction === "forward";
  const image = await prepared.image(subject);
  return {
    feeds: forward ? { moving: atlas.image, fixed: image } : { moving: image, fixed: atlas.image },
    name: forward ? `${atlas.id} onto ${subject}` : `${subject} onto ${atlas.id}`,
  };
}
