import { formatShape, type NamedArray } from "@voxelsmith/engine";
import type { ImportedArray, NamedArrays } from "./named-arrays.ts";
import { readHdf5 } from "./read-hdf5.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import { toNamedArray } from "./stored-array.ts";

/** What Keras calls the weights of a layer, and what a state_dict does. */
const PARAMETER_NAMES: Readonly<Record<string, string>> = {
  kernel: "weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/**
 * The weights of a Keras `.h5` file of the kind `save` or `save_weights` writes (Keras 2, tf.keras): datasets
 * `[model_weights/]<group>/<layer>[_<run>]/<kernel:0 | bias:0 | ...>`. Optimizer moments are left in the file.
 *
 * A dataset becomes `<layer>.weight`, or `<group>.<layer>.weight` where the group is a model inside the model. Kernels
 * `[k..., in, out]` become `[out, in, k...]`, our layout and PyTorch's.
 *
 * Certain from brainstorm's files: a layer's scope carries a running number that says nothing (`conv3d_1_1`,
 * `color_delta_6`), the same for all layers of a group. Where all scopes of a group end in one number it is taken
 * away, unless the scope is named as the group.
 */
export function readKeras(bytes: Uint8Array, subject: string): NamedArrays {
  const datasets = readHdf5(bytes, subject, "model_weights");
  const runs = runningNumbers([...datasets.keys()]);
  const arrays = new Map<string, ImportedArray>();
  for (const [path, stored] of datasets) {
    const { group, scope, parameter } = partsOf(path);
    const run = runs.get(group);
    const layer = run === undefined ? scope : scope.slice(0, -run.length);
    const name = [...(layer === group ? [layer] : [group, layer]), PARAMETER_NAMES[parameter] ?? parameter]
      .filter((part) => part !== "")
      .join(".")
      .replaceAll("/", ".");
    if (arrays.has(name)) throw damagedFile(subject, `two datasets are named ${name}`);
    const array = toNamedArray(stored);
    const turned = parameter.endsWith("kernel") && array.shape.length > 1;
    const note = `Keras kernel ${formatShape(array.shape)} turned`;
    arrays.set(name, turned ? { ...kernelFromKeras(array), note } : array);
  }
  if (arrays.size === 0) {
    throw foreignFile(subject, "a Keras file with weights", "HDF5 without any", "Save the model with its weights.");
  }
  return Object.fromEntries(arrays);
}

/**
 * `[k..., in, out]` to `[out, in, k...]`. A transposed convolution's `[k..., out, in]` becomes PyTorch's `[in, out,
 * k...]`.
 */
export function kernelFromKeras({ shape, data }: NamedArray): NamedArray {
  const rank = shape.length;
  const [inputs, outputs] = shape.slice(rank - 2);
  const places = shape.slice(0, rank - 2).reduce((product, extent) => product * extent, 1);
  const turned = new Float32Array(data.length);
  for (let p = 0; p < places; p++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) turned[(o * inputs + i) * places + p] = data[(p * inputs + i) * outputs + o];
    }
  }
  return { shape: [outputs, inputs, ...shape.slice(0, rank - 2)], data: turned };
}

function partsOf(path: string): { group: string; scope: string; parameter: string } {
  const parts = path.split("/");
  const parameter = (parts.pop() ?? "").replace(/:\d+$/, "");
  const scope = parts.pop() ?? "";
  return { group: parts.join("/"), scope, parameter };
}

/** For each group, the `_<number>` that all its scopes end in, if any. */
function runningNumbers(paths: readonly string[]): ReadonlyMap<string, string> {
  const endings = new Map<string, Set<string>>();
  for (const path of paths) {
    const { group, scope } = partsOf(path);
    const ending = scope === group ? "" : (/_\d+$/.exec(scope)?.[0] ?? "");
    endings.set(group, (endings.get(group) ?? new Set()).add(ending));
  }
  const shared = [...endings].map(([group, found]) => [group, found.size === 1 ? [...found][0] : ""] as const);
  return new Map(shared.filter(([, ending]) => ending !== ""));
}
