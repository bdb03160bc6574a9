import {
  adam,
  add,
  compileTrainer,
  createRandom,
  mul,
  type Shape,
  type TrainingStep,
  type Weights,
  warp,
} from "@voxelsmith/engine";
import { appearanceSmoothnessLoss } from "../losses/appearance-smoothness.ts";
import { mseLoss } from "../losses/mse.ts";
import { appearanceNet, appearanceParameters } from "../networks/appearance-net.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { SpatialModel } from "../spatial/apply.ts";
import { type Sample, trainLoop } from "../training/loop.ts";
import { scheduleOf } from "../training/schedule.ts";
import { labelBoundary } from "./boundary.ts";
import type { AppearanceConfig } from "./config.ts";
import { saveAppearanceWeights } from "./weights.ts";

type Inputs = "atlas" | "boundary" | "subject" | "subjectInAtlas" | "displacement";

/**
 * The training step: psi = h(atlas, subject o phi^-1), loss = MSE((atlas + psi) o phi, subject) in SUBJECT space plus
 * smoothness |(1 - c) grad psi|_1 in the atlas frame, c the atlas's label boundaries (Zhao 2019, section 3.2).
 */
export function appearanceStep(config: AppearanceConfig, extents: Shape): TrainingStep<Inputs> {
  const shape = [1, 1, ...extents];
  return {
    inputs: { atlas: shape, boundary: shape, subject: shape, subjectInAtlas: shape, displacement: [1, 3, ...extents] },
    parameters: appearanceParameters(config),
    loss({ atlas, boundary, subject, subjectInAtlas, displacement }, parameters) {
      const psi = appearanceNet(config, parameters, atlas, subjectInAtlas); // [1, 1, D, H, W]
      const similarity = mseLoss(warp(add(atlas, psi), displacement), subject);
      const smoothness = appearanceSmoothnessLoss(psi, boundary);
      return { loss: add(similarity, mul(smoothness, config.smoothness)), report: { similarity, smoothness } };
    },
    optimizer: adam(scheduleOf(config)),
  };
}

/** Trains the appearance model behind the frozen spatial model; no label but the atlases' own boundaries takes part. */
export async function trainAppearance(
  context: RunContext,
  prepared: PreparedSet,
  spatial: SpatialModel,
): Promise<Weights> {
  const { config } = context;
  const boundaries = new Map(prepared.atlases.map(({ id, classes }) => [id, labelBoundary(classes, prepared.extents)]));
  const trainer = await compileTrainer(appearanceStep(config.appearance, prepared.extents), {
    device: config.device,
    threads: config.threads,
    seed: config.seed,
  });
  const sample = async (step: number): Promise<Sample<Inputs>> => {
    const random = createRandom(config.seed, "appearance", step);
    const atlas = random.choice(prepared.atlases);
    const id = random.choice(prepared.subjects);
    const subject = await prepared.image(id);
    const { displacement } = await spatial.atlasToSubject(atlas.image, subject);
    const { warped: subjectInAtlas } = await spatial.subjectToAtlas(subject, atlas.image);
    const boundary = boundaries.get(atlas.id) ?? new Float32Array(subject.length);
    return {
      feeds: { atlas: atlas.image, boundary, subject, subjectInAtlas, displacement },
      name: `${atlas.id} to ${id}`,
    };
  };
  const { last: weights } = await trainLoop(context, {
    stage: RUN_FOLDER.appearance,
    steps: config.appearance.steps,
    trainer,
    sample,
  });
  await trainer.dispose();
  await saveAppearanceWeights(context.store, weights, config.appearance);
  return weights;
}
