import { indicesOf } from "../../shape.ts";
import { at, atOrZero, filled, type NdArray } from "../nd-array.ts";

export interface ConvTwinOptions {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
}

/** y[n, o, p] = bias[o] + sum_{i, k} weight[o, i, k] x[n, i, stride p + dilation k - padding] */
export function convTwin(
  x: NdArray,
  weight: NdArray,
  bias: NdArray | undefined,
  { stride, dilation, padding }: ConvTwinOptions,
): NdArray {
  const [outputs, inputs, ...kernel] = weight.shape;
  const extents = kernel.map((k, a) => {
    const reach = dilation[a] * (k - 1) + 1;
    return Math.floor((x.shape[a + 2] + 2 * padding[a] - reach) / stride[a]) + 1;
  });
  return filled([x.shape[0], outputs, ...extents], ([n, o, ...p]) => {
    let sum = bias === undefined ? 0 : at(bias, [o]);
    for (let i = 0; i < inputs; i++) {
      for (const k of indicesOf(kernel)) {
        const position = p.map((out, a) => stride[a] * out + dilation[a] * k[a] - padding[a]);
        sum += at(weight, [o, i, ...k]) * atOrZero(x, [n, i, ...position]);
      }
    }
    return sum;
  });
}
