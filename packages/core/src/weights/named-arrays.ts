import type { NamedArray } from "@voxelsmith/engine";

/** An array that was read from elsewhere, as float32 and in our layout. */
export interface ImportedArray extends NamedArray {
  /** What was done to bring it into our layout, where something was. */
  readonly note?: string;
}

/**
 * Arrays by the names of a state_dict, such as `layer1.0.conv1.weight`; `Weights` of the engine, once they fit a
 * network.
 */
export type NamedArrays = Readonly<Record<string, ImportedArray>>;
