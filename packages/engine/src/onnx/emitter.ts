import { type Shape, sizeOf } from "../shape.ts";
import type { Lowerings } from "./lowerings.ts";
import { ATTRIBUTE_TYPE, DATA_TYPE } from "./schema.ts";

/** A node's attribute: `{ float: 0.2 }` where ONNX wants a float, a number where it wants an int. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly dims: Shape;
  readonly dataType: number;
  readonly data: Float32Array | BigInt64Array;
}

/** Collects ONNX nodes and constants; the same constant or the same node is written once. */
export class Emitter {
  readonly lowerings: Lowerings;
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #known = new Map<string, string>();
  #count = 0;

  readonly #taken: ReadonlySet<string>;

  /** `taken` are the names that the graph's inputs and outputs have already. */
  constructor(lowerings: Lowerings, taken: readonly string[] = []) {
    this.lowerings = lowerings;
    this.#taken = new Set(taken);
  }

  /** Adds a node with one output (or finds the same one) and returns the output's name. */
  node(opType: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    return this.#once(`${opType}(${inputs.join()})${JSON.stringify(attributes)}`, (name) => {
      this.nodes.push({ opType, inputs, outputs: [name], attributes });
    });
  }

  floats(values: ArrayLike<number>, dims: Shape): string {
    return this.#constant(DATA_TYPE.float, dims, Float32Array.from(values));
  }

  scalar(value: number): string {
    return this.floats([value], []);
  }

  /** A 1-D int64 constant, as shapes, axes, starts and pads want it. */
  ints(values: readonly number[]): string {
    return this.#constant(DATA_TYPE.int64, [values.length], BigInt64Array.from(values, BigInt));
  }

  #constant(dataType: number, dims: Shape, data: OnnxInitializer["data"]): string {
    const write = (name: string): void => void this.initializers.push({ name, dims, dataType, data });
    // Large constants are not compared: building the key would cost more than the copy.
    if (sizeOf(dims) > 4096) return this.#fresh(write);
    return this.#once(`constant ${dataType} [${dims.join()}] ${data.join()}`, write);
  }

  #once(key: string, write: (name: string) => void): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh(write);
    this.#known.set(key, name);
    return name;
  }

  #fresh(write: (name: string) => void): string {
    let name = `t${this.#count++}`;
    while (this.#taken.has(name)) name = `t${this.#count++}`;
    write(name);
    return name;
  }
}

/** ONNX's tagged form of an attribute. */
export function encodeAttribute(name: string, value: OnnxAttribute): Record<string, unknown> {
  if (typeof value === "number") return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === "string") return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  if ("float" in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value] };
}
