import { encodeSafetensors } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import { registrationParameters } from "../networks/registration-net.ts";
import { readWeights } from "../run/read-weights.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";
import type { SpatialWeights } from "./apply.ts";
import type { SpatialConfig } from "./config.ts";
import { networkConfig } from "./graph.ts";

const FORWARD = `${RUN_FOLDER.spatial}/model.safetensors`;
const BACKWARD = `${RUN_FOLDER.spatial}/model-backward.safetensors`;

/** Writes the weights; one file where one network learned both directions. */
export async function saveSpatialWeights(store: Store, weights: SpatialWeights, config: SpatialConfig): Promise<void> {
  const metadata = { model: "voxelsmith spatial model", config: JSON.stringify(config) };
  await store.write(FORWARD, encodeSafetensors(weights.forward, { ...metadata, direction: "atlas to subject" }));
  if (weights.backward !== weights.forward) {
    await store.write(BACKWARD, encodeSafetensors(weights.backward, { ...metadata, direction: "subject to atlas" }));
  }
}

/** The weights that `saveSpatialWeights` wrote, or undefined where the model is not trained yet. */
export async function findSpatialWeights(store: Store, config: SpatialConfig): Promise<SpatialWeights | undefined> {
  const specs = registrationParameters(networkConfig(config));
  const forward = await readWeights(store, FORWARD, specs);
  if (forward === undefined) return undefined;
  if (config.directions === "one-network") return { forward, backward: forward };
  const backward = await readWeights(store, BACKWARD, specs);
  return backward === undefined ? undefined : { forward, backward };
}

/** As `findSpatialWeights`; an untrained model is an error that says what to run. */
export async function loadSpatialWeights(store: Store, config: SpatialConfig): Promise<SpatialWeights> {
  const weights = await findSpatialWeights(store, config);
  if (weights !== undefined) return weights;
  throw new InputError({
    subject: store.locate(FORWARD),
    expected: "a trained spatial model",
    got: "no such file",
    todo: "Run `voxelsmith register` first.",
  });
}
