import { decodeSafetensors, encodeSafetensors, type NamedArray } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import type { Store } from "./store.ts";

/** Named float arrays with their shapes: parameters and optimizer moments. */
export type TensorRecord = Readonly<Record<string, NamedArray>>;

/**
 * All that is needed to go on: progress (step, generator state, best score) as JSON, parameters and moments as tensors.
 */
export interface Checkpoint<Progress> {
  readonly progress: Progress;
  readonly tensors: TensorRecord;
}

/** Saves both parts in ONE file that is replaced as a whole, so that weights and progress can never disagree. */
export async function saveCheckpoint<Progress>(
  store: Store,
  path: string,
  checkpoint: Checkpoint<Progress>,
): Promise<void> {
  const metadata = { progress: JSON.stringify(checkpoint.progress) };
  await store.write(path, encodeSafetensors(checkpoint.tensors, metadata));
}

/**
 * The checkpoint at `path`, or undefined where there is none.
 * @param parse checks the progress part, which is data from a disk
 * @throws InputError where the file is damaged
 */
export async function loadCheckpoint<Progress>(
  store: Store,
  path: string,
  parse: (value: unknown) => Progress,
): Promise<Checkpoint<Progress> | undefined> {
  const bytes = await store.read(path);
  if (bytes === undefined) return undefined;
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    return { progress: parse(JSON.parse(metadata.progress ?? "null")), tensors };
  } catch (cause) {
    throw new InputError(
      {
        subject: store.locate(path),
        expected: "a checkpoint of this stage",
        got: cause instanceof Error ? cause.message : "something else",
        todo: "Remove the file to train this stage from its start.",
      },
      { cause },
    );
  }
}
