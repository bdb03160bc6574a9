import { isPickleObject, type PickleValue } from "./pickle-values.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import { Allowance, type StoredArray } from "./stored-array.ts";
import type { TorchCheckpoint } from "./torch-checkpoint.ts";
import type { TensorRef } from "./torch-globals.ts";
import { readTensor } from "./torch-tensor.ts";

/** Where training programs keep the model beside optimizer, epoch and settings, most specific first. */
const MODEL_KEYS = ["state_dict", "model_state_dict", "model_state", "model", "net", "network"];
const DEPTH_LIMIT = 8;
const VISIT_LIMIT = 100_000;

/**
 * The tensors of a checkpoint by name: those under `state_dict`, `model` or a like key where there is one, else all.
 * Names inside nested dicts are joined by dots; `module.`, which DataParallel puts before them, is taken away.
 * @throws InputError where there is no tensor, two have one name, or one reaches out of its storage
 */
export function stateDict(
  { object, find }: TorchCheckpoint,
  subject: string,
  fileBytes: number,
): ReadonlyMap<string, StoredArray> {
  const allowance = new Allowance(subject, fileBytes);
  const refs = tensorsIn(modelOf(object), subject);
  if (refs.size === 0) {
    throw foreignFile(subject, "a checkpoint with tensors by name", "one without", "Save the model's state_dict.");
  }
  return new Map([...refs].map(([name, ref]) => [name, readTensor(subject, name, ref, find, allowance)]));
}

/** The part of a checkpoint that is the model; keys may nest, as in `{ model: { state_dict } }`. */
function modelOf(object: PickleValue): PickleValue {
  let model = object;
  for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
    const dict = model;
    if (!(dict instanceof Map)) break;
    const key = MODEL_KEYS.find((name) => dict.get(name) instanceof Map);
    if (key === undefined) break;
    model = dict.get(key) ?? null;
  }
  return model;
}

function tensorsIn(root: PickleValue, subject: string): ReadonlyMap<string, TensorRef> {
  const found = new Map<string, TensorRef>();
  let visits = 0;
  const visit = (value: PickleValue, path: string, depth: number): void => {
    if (++visits > VISIT_LIMIT) throw damagedFile(subject, "its dicts hold each other without end");
    if (isPickleObject(value) && value.kind === "tensor") {
      const name = path.replace(/^module\./, "");
      if (found.has(name)) throw damagedFile(subject, `two tensors are named ${name}`);
      found.set(name, value as TensorRef);
    } else if (value instanceof Map && depth < DEPTH_LIMIT) {
      for (const [key, child] of value) visit(child, path === "" ? String(key) : `${path}.${String(key)}`, depth + 1);
    }
  };
  visit(root, "", 0);
  return found;
}
