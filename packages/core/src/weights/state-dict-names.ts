import { encodeSafetensors, type NamedArray } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import type { NamedArrays } from "./named-arrays.ts";

/**
 * PyTorch's name for one of our parameters. They differ in normalizations only, whose `scale` and `shift` are PyTorch's
 * `weight` and `bias`; encoders of Med3D carry PyTorch's names from the start.
 */
export function stateDictName(name: string): string {
  return name.replace(/(^|\.)norm\.scale$/, "$1norm.weight").replace(/(^|\.)norm\.shift$/, "$1norm.bias");
}

/** Our name for one of a state_dict: undoes `stateDictName`; `rename` of `loadReport`. */
export function parameterName(name: string): string {
  return name.replace(/(^|\.)norm\.weight$/, "$1norm.scale").replace(/(^|\.)norm\.bias$/, "$1norm.shift");
}

/**
 * Weights as safetensors under the names of a state_dict, which PyTorch loads by name:
 * `model.load_state_dict(safetensors.torch.load_file(path))`. Kernels are `[out, in, k...]` in both. `rename` gives the
 * name of each; where a model of PyTorch is called otherwise, pass a map of your own.
 * @throws InputError where two parameters would have one name
 */
export function encodeStateDict(
  weights: NamedArrays,
  rename: (name: string) => string = stateDictName,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const renamed = new Map<string, NamedArray>();
  for (const [name, { shape, data }] of Object.entries(weights)) {
    const key = rename(name);
    if (renamed.has(key)) {
      throw new InputError({
        subject: "names of the state_dict",
        expected: "one for each parameter",
        got: `${key} twice`,
        todo: "Give every parameter a name of its own.",
      });
    }
    renamed.set(key, { shape, data });
  }
  // `format: pt` is what PyTorch's readers look for.
  return encodeSafetensors(Object.fromEntries(renamed), { format: "pt", ...metadata });
}
