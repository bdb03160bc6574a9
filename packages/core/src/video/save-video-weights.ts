import { ENCODER_METADATA } from "../transfer/encoder-metadata.ts";
import { encodeStateDict } from "../weights/state-dict-names.ts";
import { clipClasses, clipClassName } from "./clip-classes.ts";
import type { VideoContext, VideoPretraining } from "./train.ts";

/** The file of weights in the run folder. */
export const VIDEO_WEIGHTS = "weights.safetensors";

/** What the file says of itself, so that nobody takes it for weights from Kinetics. */
export const VIDEO_MODEL = "stand-in for video pretraining: generated moving objects, not Kinetics";

/** Writes encoder and `fc` under the names of a state_dict; `transfer --from` takes the file and drops `fc`. */
export async function saveVideoWeights(
  { config, encoder, store }: Pick<VideoContext, "config" | "encoder" | "store">,
  { weights, scores }: VideoPretraining,
): Promise<void> {
  const metadata = {
    model: VIDEO_MODEL,
    [ENCODER_METADATA]: JSON.stringify(encoder),
    classes: JSON.stringify(clipClasses(config).map(clipClassName)),
    axes: "input [N, 1, frames, rows, columns], each clip of mean 0 and standard deviation 1",
    training: JSON.stringify({ ...config, scores }),
  };
  await store.write(VIDEO_WEIGHTS, encodeStateDict(weights, undefined, metadata));
}
