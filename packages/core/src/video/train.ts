import { compileTrainer, sizeOf, type Weights } from "@voxelsmith/engine";
import type { ResnetConfig } from "../networks/resnet-config.ts";
import { openMetricsLog } from "../run/metrics-log.ts";
import type { StageHooks } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import { type Sample, trainLoop } from "../training/loop.ts";
import { createPredictor } from "../transfer/transfer-model.ts";
import { clipClasses, clipClassName } from "./clip-classes.ts";
import type { VideoConfig } from "./config.ts";
import { drawClip } from "./draw-clip.ts";
import { videoNetwork, videoStep } from "./network.ts";
import { renderClip } from "./render-clip.ts";
import { scoreClips, type VideoScores } from "./score-clips.ts";

/** Folder of the run that keeps the checkpoint, and the stage's name in `metrics.jsonl`. */
export const VIDEO_STAGE = "video";

/** What the stand-in for pretraining on video is given. It reads no data: clips follow from the seed. */
export interface VideoContext extends StageHooks {
  readonly config: VideoConfig;
  /** That of the medical network which the weights are for; one input channel. */
  readonly encoder: ResnetConfig;
  readonly store: Store;
}

export interface VideoPretraining {
  /** Encoder, running averages and `fc` after the last step, so that arms of equal steps compare. */
  readonly weights: Weights;
  readonly scores: VideoScores;
}

/**
 * Trains the encoder to tell generated moving objects apart by shape and motion: a stand-in for pretraining on Kinetics
 * (Hara 2018), whose weights cannot always be had. Goes on from the checkpoint where the store has one.
 */
export async function pretrainOnVideo(context: VideoContext): Promise<VideoPretraining> {
  const { config, encoder, store } = context;
  const { device, threads, seed, steps, validateEvery } = config;
  const network = videoNetwork(encoder, clipClasses(config).length);
  const predictor = await createPredictor(network, config.clip, config);
  const trainer = await compileTrainer(videoStep(config, encoder), { device, threads, seed });
  try {
    let scores: VideoScores | undefined;
    const { last } = await trainLoop(context, {
      stage: VIDEO_STAGE,
      steps,
      trainer,
      sample: async (step) => sampleOf(config, step),
      validation: {
        every: validateEvery,
        async score(weights) {
          scores = await scoreClips(config, predictor, weights);
          const { accuracy, ...parts } = scores;
          const log = await openMetricsLog(store, VIDEO_STAGE, trainer.step());
          await log.record(trainer.step(), { "accuracy.shapes": parts.shapes, "accuracy.motions": parts.motions });
          return accuracy;
        },
        tell: () => `recognized ${scores === undefined ? "nothing" : describeScores(scores)}`,
      },
    });
    // A training that was finished before it was resumed validates nothing.
    return { weights: last, scores: scores ?? (await scoreClips(config, predictor, last)) };
  } finally {
    await trainer.dispose();
    await predictor.dispose();
  }
}

/** The clips of one step: the next `batch` of the stream. */
function sampleOf(config: VideoConfig, step: number): Sample<"clips" | "classes"> {
  const { batch, clip } = config;
  const size = sizeOf(clip);
  const clips = new Float32Array(batch * size);
  const classes = new Float32Array(batch);
  for (let n = 0; n < batch; n++) {
    const draw = drawClip(config, "train", (step - 1) * batch + n);
    clips.set(renderClip(draw, clip), n * size);
    classes[n] = draw.classIndex;
  }
  const all = clipClasses(config);
  const names = Array.from(classes, (index) => clipClassName(all[index]));
  return { feeds: { clips, classes }, name: `clips ${names.join("; ")}` };
}

/** "0.412 of the held-out clips, 0.731 of their shapes, 0.560 of their motions" */
function describeScores({ accuracy, shapes, motions }: VideoScores): string {
  const [all, ofShapes, ofMotions] = [accuracy, shapes, motions].map((share) => share.toFixed(3));
  return `${all} of the held-out clips, ${ofShapes} of their shapes, ${ofMotions} of their motions`;
}
