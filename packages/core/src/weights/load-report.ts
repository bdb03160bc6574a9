import { formatShape, type NamedArray, type Shape, sameShape, sizeOf, type Weights } from "@voxelsmith/engine";
import { InputError } from "../errors.ts";
import type { NamedArrays } from "./named-arrays.ts";

/**
 * How a first convolution for color images is brought to one channel: `sum` is exact for gray images shown as color.
 */
export type ChannelRule = "sum" | "mean";

export interface LoadOptions {
  /** The file, for errors. */
  readonly subject: string;
  readonly channels: ChannelRule;
  /** Our name for a name of the file, where they differ. */
  readonly rename?: (name: string) => string;
}

/** One name of the file or of the network, and why it is where it is. */
export interface LoadLine {
  readonly name: string;
  readonly shape: Shape;
  readonly note?: string;
}

/** What became of every name: none of the file and none of the network goes unmentioned. */
export interface LoadReport {
  /** The arrays that fit, by the network's names. What is in `fresh` is not among them. */
  readonly weights: Weights;
  /** Taken as they are. */
  readonly matched: readonly LoadLine[];
  /** Taken, and changed on the way: `note` says how. */
  readonly reshaped: readonly LoadLine[];
  /** Wanted by the network and not in the file, or there in another shape: to be initialized. */
  readonly fresh: readonly LoadLine[];
  /** In the file and not used. */
  readonly dropped: readonly LoadLine[];
}

/**
 * Compares the arrays of a file with the parameters that a network wants, by name and shape.
 * @throws InputError where nothing fits, so that training from scratch is never taken for transfer
 */
export function loadReport(
  found: NamedArrays,
  wanted: Readonly<Record<string, { readonly shape: Shape }>>,
  { subject, channels, rename = (name) => name }: LoadOptions,
): LoadReport {
  const weights = new Map<string, NamedArray>();
  const [matched, reshaped, dropped]: [LoadLine[], LoadLine[], LoadLine[]] = [[], [], []];
  const misfits = new Map<string, Shape>();
  for (const [name, array] of Object.entries(found)) {
    const own = rename(name);
    const { shape, note } = array;
    const goal = Object.hasOwn(wanted, own) ? wanted[own].shape : undefined;
    if (goal === undefined) dropped.push({ name, shape, note: "the network has no such parameter" });
    else if (weights.has(own)) dropped.push({ name, shape, note: `a second array for ${own}` });
    else if (sameShape(shape, goal)) {
      weights.set(own, { shape, data: array.data });
      if (note === undefined) matched.push({ name: own, shape });
      else reshaped.push({ name: own, shape, note });
    } else if (isColorKernel(shape, goal)) {
      weights.set(own, toOneChannel(array, channels));
      reshaped.push({ name: own, shape: goal, note: `${channels} of ${shape[1]} input channels` });
    } else {
      dropped.push({ name, shape, note: `the network wants ${formatShape(goal)}` });
      misfits.set(own, shape);
    }
  }
  const fresh = Object.entries(wanted).flatMap(([name, { shape }]): LoadLine[] => {
    if (weights.has(name)) return [];
    const other = misfits.get(name);
    return [{ name, shape, note: other === undefined ? "not in the file" : `the file has ${formatShape(other)}` }];
  });
  if (weights.size === 0) throw nothingMatched(subject, Object.keys(found), Object.keys(wanted));
  return { weights: Object.fromEntries(weights), matched, reshaped, fresh, dropped };
}

/** A kernel `[out, 3, k...]` where `[out, 1, k...]` is wanted. */
function isColorKernel(found: Shape, wanted: Shape): boolean {
  return wanted.length > 2 && found[1] === 3 && wanted[1] === 1 && sameShape([found[0], 1, ...found.slice(2)], wanted);
}

/** `[out, in, k...]` to `[out, 1, k...]`: w'[o, 0, k] = sum or mean over c of w[o, c, k]. */
export function toOneChannel({ shape, data }: NamedArray, rule: ChannelRule): NamedArray {
  const [outputs, inputs, ...kernel] = shape;
  const places = sizeOf(kernel);
  const scale = rule === "mean" ? 1 / inputs : 1;
  const joined = new Float32Array(outputs * places);
  for (let o = 0; o < outputs; o++) {
    for (let p = 0; p < places; p++) {
      let sum = 0; // in float64, rounded once
      for (let c = 0; c < inputs; c++) sum += data[(o * inputs + c) * places + p];
      joined[o * places + p] = scale * sum;
    }
  }
  return { shape: [outputs, 1, ...kernel], data: joined };
}

function nothingMatched(subject: string, found: readonly string[], wanted: readonly string[]): InputError {
  const some = (names: readonly string[]): string => names.slice(0, 3).join(", ") || "nothing";
  return new InputError({
    subject,
    expected: `weights of this network (${some(wanted)}, ...)`,
    got: `${found.length} arrays of which none fits (${some(found)}, ...)`,
    todo: "Check that file and network have the same depth, width and kind.",
  });
}
