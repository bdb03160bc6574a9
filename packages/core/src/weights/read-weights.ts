import { decodeSafetensors, type NamedArray, SafetensorsError } from "@voxelsmith/engine";
import { readKeras } from "./keras-weights.ts";
import type { NamedArrays } from "./named-arrays.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import { toNamedArray } from "./stored-array.ts";
import { readTorchLegacy, readTorchZip, type TorchCheckpoint } from "./torch-checkpoint.ts";
import { stateDict } from "./torch-state-dict.ts";

const READABLE = "weights as .pth or .pt (torch), .h5 (Keras) or .safetensors";
const EXPORT = "Save the weights in one of these formats.";

/** Kinds of files, told apart by their first bytes; what is often found in place of weights has a line of its own. */
const KINDS: readonly {
  readonly begins: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array, name: string) => NamedArrays;
}[] = [
  { begins: (bytes) => bytes.length === 0, read: refuseAs("an empty file", "Fetch or copy the file again.") },
  // Before pickles: the length of a header may begin with a pickle's first bytes. It is below 2^32, then comes a brace.
  { begins: (bytes) => startsWith(bytes.subarray(4), "\0\0\0\0{"), read: readSafetensors },
  {
    begins: (bytes) => startsWith(bytes, "PK\x03\x04"),
    read: (bytes, name) => readTorch(readTorchZip(bytes, name), bytes, name),
  },
  { begins: (bytes) => startsWith(bytes, "\x89HDF\r\n\x1a\n"), read: readKeras },
  {
    begins: ([first, protocol]) => first === 0x80 && protocol <= 5,
    read: (bytes, name) => readTorch(readTorchLegacy(bytes, name), bytes, name),
  },
  { begins: isMarkup, read: refuseAs("a web page, as download sites show it", "Download the file itself.") },
  {
    begins: (bytes) => startsWith(bytes, "version https://git-lfs"),
    read: refuseAs("a Git LFS pointer", "Fetch the file with git lfs pull."),
  },
  {
    begins: (bytes) => startsWith(bytes.subarray(257), "ustar"),
    read: refuseAs("a tar archive", "Unpack it, or load it with torch and save it again."),
  },
];

/**
 * Weights from elsewhere, told apart by content and not by the name's ending: torch checkpoints (zip and legacy),
 * Keras's `.h5`, safetensors. All arrays come as float32 in our layout (kernels `[out, in, k...]`) under the names of
 * a state_dict, without `module.`. Nothing in a file is executed. `name` stands in errors.
 * @throws InputError that names the file and what was refused in it
 */
export function readWeights(bytes: Uint8Array, name: string): NamedArrays {
  const kind = KINDS.find(({ begins }) => begins(bytes));
  if (kind !== undefined) return kind.read(bytes, name);
  throw foreignFile(name, READABLE, `${bytes.length} bytes of some other format`, EXPORT);
}

function readTorch(checkpoint: TorchCheckpoint, bytes: Uint8Array, name: string): NamedArrays {
  const stored = stateDict(checkpoint, name, bytes.length);
  return Object.fromEntries([...stored].map(([key, array]): [string, NamedArray] => [key, toNamedArray(array)]));
}

function readSafetensors(bytes: Uint8Array, name: string): NamedArrays {
  let tensors: NamedArrays;
  try {
    tensors = decodeSafetensors(bytes).tensors;
  } catch (cause) {
    if (cause instanceof SafetensorsError) throw damagedFile(name, cause.message, cause);
    throw cause;
  }
  const arrays = new Map<string, NamedArray>();
  for (const [key, array] of Object.entries(tensors)) {
    const own = key.replace(/^module\./, "");
    if (arrays.has(own)) throw damagedFile(name, `two arrays are named ${own}`);
    arrays.set(own, array);
  }
  return Object.fromEntries(arrays);
}

function refuseAs(got: string, todo: string): (bytes: Uint8Array, name: string) => NamedArrays {
  return (_bytes, name) => {
    throw foreignFile(name, READABLE, got, todo);
  };
}

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return [...signature].every((character, i) => bytes[i] === character.charCodeAt(0));
}

function isMarkup(bytes: Uint8Array): boolean {
  return /^\s*<(!doctype|html|\?xml)/i.test(new TextDecoder().decode(bytes.subarray(0, 200)));
}
