import { createRandom } from "../random.ts";
import type { NamedArray } from "../safetensors.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** How a parameter starts. Data, not code, so that a network's parameters can be listed and counted. */
export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly deviation: number }
  /** He-normal: deviation sqrt(2 / ((1 + slope^2) fan-in)), for layers before a leaky ReLU. */
  | { readonly kind: "he"; readonly slope: number };

export interface ParameterSpec {
  readonly shape: Shape;
  readonly initializer: Initializer;
}

/** Names like `encoder.0.weight`. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;
export type Parameters = Readonly<Record<string, Tensor>>;
export type Weights = Readonly<Record<string, NamedArray>>;

export function parameterCount(specs: ParameterSpecs): number {
  return Object.values(specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Draws all parameters; each from its own stream, so that adding a layer leaves the others as they were. */
export function initializeWeights(specs: ParameterSpecs, seed: number): Weights {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, initializer }]) => {
      const count = sizeOf(shape);
      if (initializer.kind === "constant")
        return [name, { shape, data: new Float32Array(count).fill(initializer.value) }];
      const fanIn = sizeOf(shape.slice(1));
      const deviation =
        initializer.kind === "normal" ? initializer.deviation : Math.sqrt(2 / ((1 + initializer.slope ** 2) * fanIn));
      const data = createRandom(seed, "parameter", name).normals(count);
      for (let at = 0; at < count; at++) data[at] *= deviation;
      return [name, { shape, data }];
    }),
  );
}

/** Weight and bias of a convolution. */
export function convParameters(
  name: string,
  {
    inputs,
    outputs,
    kernel,
    initializer,
  }: { inputs: number; outputs: number; kernel: Shape; initializer?: Initializer },
): ParameterSpecs {
  return {
    [`${name}.weight`]: { shape: [outputs, inputs, ...kernel], initializer: initializer ?? { kind: "he", slope: 0.2 } },
    [`${name}.bias`]: { shape: [outputs], initializer: { kind: "constant", value: 0 } },
  };
}

/** Scale and shift of a normalization layer. */
export function normParameters(name: string, channels: number): ParameterSpecs {
  return {
    [`${name}.scale`]: { shape: [channels], initializer: { kind: "constant", value: 1 } },
    [`${name}.shift`]: { shape: [channels], initializer: { kind: "constant", value: 0 } },
  };
}
