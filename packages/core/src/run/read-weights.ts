import { decodeSafetensors, formatShape, type ParameterSpecs, type Weights } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import type { Store } from "./store.ts";

/**
 * Trained weights from a run folder, or undefined where there is no such file.
 * @throws InputError where the file is damaged, or does not hold exactly these parameters
 */
export async function readWeights(store: Store, path: string, specs: ParameterSpecs): Promise<Weights | undefined> {
  const bytes = await store.read(path);
  if (bytes === undefined) return undefined;
  const refuse = (expected: string, got: string, cause?: unknown): InputError =>
    new InputError(
      { subject: store.locate(path), expected, got, todo: "Take the file of this run, or remove it to train again." },
      { cause },
    );
  let weights: Weights;
  try {
    weights = decodeSafetensors(bytes).tensors;
  } catch (cause) {
    throw refuse("trained weights (safetensors)", cause instanceof Error ? cause.message : "something else", cause);
  }
  const fit = "the parameters of the network in config.json";
  for (const [name, { shape }] of Object.entries(specs)) {
    const got = weights[name]?.shape;
    if (String(got) === String(shape)) continue;
    throw refuse(`${fit}, ${name} ${formatShape(shape)}`, got === undefined ? `no ${name}` : formatShape(got));
  }
  const foreign = Object.keys(weights).find((name) => !(name in specs));
  if (foreign !== undefined) throw refuse(fit, `also ${foreign}`);
  return weights;
}
