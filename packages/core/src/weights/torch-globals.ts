import type { KnownGlobal, PickleValue } from "./pickle-values.ts";
import { isPickleObject } from "./pickle-values.ts";
import { damagedFile } from "./refuse-file.ts";
import { checkShape, type ValueType } from "./stored-array.ts";

/** A storage by its key; its bytes lie elsewhere in the file and are looked up when the pickle has been read. */
export interface StorageRef {
  readonly kind: "storage";
  readonly key: string;
  readonly type: ValueType;
  /** Values of the whole storage. */
  readonly length: number;
  /** Where a view of another storage begins in it, in values (torch before 0.4). */
  readonly viewOffset: number;
}

/** A tensor as torch keeps it: a window on a storage. Offset and strides are in values. */
export interface TensorRef {
  readonly kind: "tensor";
  readonly storage: StorageRef;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

type Builder = (args: readonly PickleValue[]) => PickleValue;

const STORAGE_TYPES: Readonly<Record<string, ValueType>> = {
  "torch DoubleStorage": "float64",
  "torch FloatStorage": "float32",
  "torch HalfStorage": "float16",
  "torch BFloat16Storage": "bfloat16",
  "torch LongStorage": "int64",
  "torch IntStorage": "int32",
  "torch ShortStorage": "int16",
  "torch CharStorage": "int8",
  "torch ByteStorage": "uint8",
  "torch BoolStorage": "bool",
};

/** `torch.float32` and the like: values of a checkpoint's settings, kept as their names. */
const TYPES = ["float64", "double", "float32", "float", "float16", "half", "bfloat16", "int64", "long"].concat([
  "int32",
  "int",
  "int16",
  "short",
  "int8",
  "uint8",
  "bool",
  "complex64",
  "complex128",
]);

/**
 * The globals that honest checkpoints name: what rebuilds tensors, ordered dicts and a few plain values. `subject`
 * names the file in errors. Source: torch/_utils.py and torch/serialization.py of PyTorch 1.13.
 */
export function torchGlobals(subject: string): ReadonlyMap<string, KnownGlobal> {
  const builders: Record<string, Builder | undefined> = {
    "collections OrderedDict": ([pairs = []]) => new Map(pairsOf(subject, pairs)),
    "torch._utils _rebuild_tensor": (args) => tensorRef(subject, args),
    "torch._utils _rebuild_tensor_v2": (args) => tensorRef(subject, args),
    "torch._utils _rebuild_parameter": ([data]) => data,
    "torch Size": ([sizes]) => sizes,
    "torch device": ([type, index]) => (index === undefined ? type : `${type}:${index}`),
    // Protocol 2 has no bytes: they travel as text and are encoded on arrival.
    "_codecs encode": ([text, encoding]) => encoded(subject, text, encoding),
  };
  for (const module of ["__builtin__", "builtins"]) builders[`${module} set`] = ([items = []]) => setOf(subject, items);
  for (const name of [...Object.keys(STORAGE_TYPES), ...TYPES.map((type) => `torch ${type}`)])
    builders[name] = undefined;
  return new Map(
    Object.entries(builders).map(([name, build]): [string, KnownGlobal] => {
      const known = { kind: "global", name } as const;
      return [name, build === undefined ? known : { ...known, build: checked(subject, name, build) }];
    }),
  );
}

/** A call with too few arguments would yield `undefined`, which no pickle holds. */
function checked(subject: string, name: string, build: Builder): Builder {
  return (args) => {
    const value: PickleValue | undefined = build(args);
    if (value === undefined) throw damagedFile(subject, `${name} is called without what it needs`);
    return value;
  };
}

/** A persistent id: `("storage", type, key, location, values)`, in the legacy format also what it is a view of. */
export function storageRef(subject: string, id: PickleValue): StorageRef {
  const wrong = (got: string): Error => damagedFile(subject, got);
  if (!Array.isArray(id) || id[0] !== "storage") throw wrong("a persistent id is no storage");
  const [, typeGlobal, key, , length, view = null] = id;
  const typeName = isPickleObject(typeGlobal) && typeGlobal.kind === "global" ? (typeGlobal as KnownGlobal).name : "";
  const type = Object.hasOwn(STORAGE_TYPES, typeName) ? STORAGE_TYPES[typeName] : undefined;
  if (type === undefined || typeof key !== "string" || !isCount(length))
    throw wrong("a storage without type, key or size");
  const viewOffset = Array.isArray(view) ? view[1] : 0; // (key, offset, values)
  if (!isCount(viewOffset)) throw wrong(`storage ${key} is a view without an offset`);
  return { kind: "storage", key, type, length, viewOffset };
}

/** `_rebuild_tensor_v2(storage, offset, sizes, strides, ...)` */
function tensorRef(subject: string, [storage, offset, sizes, strides]: readonly PickleValue[]): TensorRef {
  const fine =
    isPickleObject(storage) && storage.kind === "storage" && isCount(offset) && isCounts(sizes) && isCounts(strides);
  if (!fine || sizes.length !== strides.length)
    throw damagedFile(subject, "a tensor without storage, sizes and strides");
  return {
    kind: "tensor",
    storage: storage as StorageRef,
    offset,
    shape: checkShape(subject, "a tensor", sizes),
    strides,
  };
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function pairsOf(subject: string, pairs: PickleValue): readonly (readonly [PickleValue, PickleValue])[] {
  const list = pairs instanceof Map ? [...pairs] : pairs;
  const isPair = (pair: PickleValue): pair is [PickleValue, PickleValue] => Array.isArray(pair) && pair.length === 2;
  if (!Array.isArray(list) || !list.every(isPair)) throw damagedFile(subject, "an OrderedDict of what are no pairs");
  return list;
}

function setOf(subject: string, items: PickleValue): Set<PickleValue> {
  if (!Array.isArray(items)) throw damagedFile(subject, "a set of what is no list");
  return new Set(items);
}

function encoded(subject: string, text: PickleValue, encoding: PickleValue | undefined): Uint8Array {
  if (typeof text !== "string" || encoding !== "latin1") throw damagedFile(subject, "bytes that are no latin1 text");
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
