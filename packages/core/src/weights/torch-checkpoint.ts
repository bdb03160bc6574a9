import { ByteReader } from "./byte-reader.ts";
import type { PickleValue } from "./pickle-values.ts";
import { type PickleNames, readPickle } from "./read-pickle.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import { VALUE_BYTES } from "./stored-array.ts";
import { type StorageRef, storageRef, torchGlobals } from "./torch-globals.ts";
import type { FindStorage } from "./torch-tensor.ts";
import { unpackStored } from "./unpack-stored.ts";

/** What a checkpoint holds: the pickled object, its tensors as references, and the way to their bytes. */
export interface TorchCheckpoint {
  readonly object: PickleValue;
  readonly find: FindStorage;
}

/** The first pickle of a legacy file is this number. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;

function namesOf(subject: string): PickleNames {
  return { globals: torchGlobals(subject), persistent: (id) => storageRef(subject, id) };
}

/**
 * The format of torch 1.6 and later: a zip with `<root>/data.pkl` and one record `<root>/data/<key>` for each storage.
 * @throws InputError for damage, another zip, or anything in the pickle but tensors and plain values
 */
export function readTorchZip(bytes: Uint8Array, subject: string): TorchCheckpoint {
  const records = unpackStored(bytes, subject);
  const pickles = [...records.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    const got = `a zip of ${[...records.keys()].slice(0, 3).join(", ") || "nothing"}`;
    throw foreignFile(subject, "a checkpoint of torch.save, which holds one data.pkl", got, "Save it with torch.save.");
  }
  const root = pickles[0].slice(0, -"data.pkl".length);
  const order = records.get(`${root}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order) !== "little") throw bigEndian(subject);
  const reader = new ByteReader(records.get(pickles[0]) ?? new Uint8Array(), subject);
  const object = readPickle(reader, namesOf(subject));
  return { object, find: finder(subject, (key) => records.get(`${root}data/${key}`)) };
}

/**
 * The format before torch 1.6: pickles of a magic number, a version, the machine, the object and the keys of its
 * storages, then for each key the number of values as int64 and the values.
 * @throws InputError as `readTorchZip`
 */
export function readTorchLegacy(bytes: Uint8Array, subject: string): TorchCheckpoint {
  const reader = new ByteReader(bytes, subject);
  const refs = new Map<string, StorageRef>();
  const persistent = (id: PickleValue): StorageRef => {
    const ref = storageRef(subject, id);
    const before = refs.get(ref.key);
    if (before !== undefined && (before.type !== ref.type || before.length !== ref.length)) {
      throw damagedFile(subject, `storage ${ref.key} has two types or sizes`);
    }
    refs.set(ref.key, ref);
    return ref;
  };
  const next = (): PickleValue => readPickle(reader, { globals: torchGlobals(subject), persistent });
  if (next() !== LEGACY_MAGIC) {
    throw foreignFile(subject, "a checkpoint of torch.save", "some other pickle", "Save it with torch.save.");
  }
  if (next() !== LEGACY_PROTOCOL) throw damagedFile(subject, "a protocol that no torch has written");
  const machine = next();
  if (machine instanceof Map && machine.get("little_endian") === false) throw bigEndian(subject);
  const object = next();
  const keys = next();
  if (!Array.isArray(keys)) throw damagedFile(subject, "no list of its storages");
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const ref = typeof key === "string" ? refs.get(key) : undefined;
    if (ref === undefined || storages.has(ref.key))
      throw damagedFile(subject, "its list of storages is not that of the pickle");
    storages.set(ref.key, reader.take(reader.u64() * VALUE_BYTES[ref.type]));
  }
  return { object, find: finder(subject, (key) => storages.get(key)) };
}

/** A storage that is there and as long as the pickle says; torch itself does not always look. */
function finder(subject: string, get: (key: string) => Uint8Array | undefined): FindStorage {
  return ({ key, type, length }) => {
    const bytes = get(key);
    if (bytes === undefined) throw damagedFile(subject, `storage ${key} is missing`);
    const wanted = length * VALUE_BYTES[type];
    if (bytes.length === wanted) return bytes;
    throw damagedFile(subject, `storage ${key} has ${bytes.length} bytes where the pickle says ${wanted}`);
  };
}

function bigEndian(subject: string): Error {
  const todo = "Load it with torch and save it on a little-endian machine.";
  return foreignFile(subject, "values in little-endian order", "big-endian ones", todo);
}
