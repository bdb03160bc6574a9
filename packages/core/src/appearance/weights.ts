import { encodeSafetensors, type Weights } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import { appearanceParameters } from "../networks/appearance-net.ts";
import { readWeights } from "../run/read-weights.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";
import type { AppearanceConfig } from "./config.ts";

const PATH = `${RUN_FOLDER.appearance}/model.safetensors`;

export async function saveAppearanceWeights(store: Store, weights: Weights, config: AppearanceConfig): Promise<void> {
  const metadata = { model: "voxelsmith appearance model", config: JSON.stringify(config) };
  await store.write(PATH, encodeSafetensors(weights, metadata));
}

/** The weights that `saveAppearanceWeights` wrote, or undefined where the model is not trained yet. */
export async function findAppearanceWeights(store: Store, config: AppearanceConfig): Promise<Weights | undefined> {
  return readWeights(store, PATH, appearanceParameters(config));
}

/** As `findAppearanceWeights`; an untrained model is an error that says what to run. */
export async function loadAppearanceWeights(store: Store, config: AppearanceConfig): Promise<Weights> {
  const weights = await findAppearanceWeights(store, config);
  if (weights !== undefined) return weights;
  throw new InputError({
    subject: store.locate(PATH),
    expected: "a trained appearance model",
    got: "no such file",
    todo: "Run `voxelsmith register` first.",
  });
}
