/**
 * A name that a pickle may use, for example `torch._utils._rebuild_tensor_v2`, and the one thing that we know it to
 * do.
 */
export interface KnownGlobal {
  readonly kind: "global";
  readonly name: string;
  /** Absent where the name stands for itself, as `torch.float32` does. Never code of the file. */
  readonly build?: (args: readonly PickleValue[]) => PickleValue;
}

/** A dict or OrderedDict. Keys are compared as JavaScript's Map does it, which is enough for texts and numbers. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** Anything else that a known global or a persistent id stands for; its owner tells it by `kind`. */
export interface PickleObject {
  readonly kind: string;
}

/** Lists and tuples are arrays, integers beyond 2^53 bigints, bytes Uint8Array. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | Set<PickleValue>
  | PickleObject;

export function isPickleObject(value: PickleValue | undefined): value is PickleObject {
  return typeof value === "object" && value !== null && "kind" in value;
}
