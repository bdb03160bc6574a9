import { GraphError } from "../errors.ts";
import { reshape } from "../ops/reshape.ts";
import { concat, sliceAxis } from "../ops/slice.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type ParameterSpecs, parameterCount, type Weights } from "./parameters.ts";

/** Cuts one vector of the graph, `[P]`, into named tensors, in the order of the specs. */
export function unpack(specs: ParameterSpecs, vector: Tensor): Record<string, Tensor> {
  let start = 0;
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const from = start;
      start += sizeOf(shape);
      return [name, reshape(sliceAxis(vector, 0, from, start), shape)];
    }),
  );
}

/** Joins tensors of the graph to one vector. */
export function flatten(tensors: readonly Tensor[]): Tensor {
  return concat(
    tensors.map((tensor) => reshape(tensor, [sizeOf(tensor.shape)])),
    0,
  );
}

/** All weights of the specs in one vector, in their order. @throws GraphError where one has another shape */
export function packWeights(specs: ParameterSpecs, weights: Weights): Float32Array {
  const vector = new Float32Array(parameterCount(specs));
  let at = 0;
  for (const [name, { shape }] of Object.entries(specs)) {
    if (String(weights[name].shape) !== String(shape)) {
      throw new GraphError(`weights of ${name}: expected [${shape}], got [${weights[name].shape}]`);
    }
    vector.set(weights[name].data, at);
    at += sizeOf(shape);
  }
  return vector;
}

/** The way back: copies of the vector's parts under their names. */
export function unpackWeights(specs: ParameterSpecs, vector: Float32Array): Weights {
  let from = 0;
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const data = vector.slice(from, from + sizeOf(shape));
      from += sizeOf(shape);
      return [name, { shape, data }];
    }),
  );
}
