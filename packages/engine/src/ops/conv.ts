import { ShapeError } from "../errors.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { emitWeightGradient } from "./conv-weight-gradient.ts";
import { reduceSum } from "./reduce.ts";
import { reshape, transpose } from "./reshape.ts";
import { pad, reverse, slice } from "./slice.ts";

/** N-d convolution settings; one number means the same along every spatial axis. */
export interface ConvOptions {
  readonly stride?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  /** Zeros on both sides; by default dilation * (kernel - 1) / 2, which keeps the extents at stride 1. */
  readonly padding?: number | readonly number[];
}

export interface ConvAttributes {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly [name: string]: readonly number[];
}

/** floor((extent + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 per spatial axis. */
function outputExtents(x: Shape, kernel: Shape, { stride, dilation, padding }: ConvAttributes): number[] {
  return kernel
    .slice(2)
    .map((k, a) => Math.floor((x[a + 2] + 2 * padding[a] - dilation[a] * (k - 1) - 1) / stride[a]) + 1);
}

export const convOp: Op = {
  name: "conv",
  infer: ([x, weight, bias], attributes) => {
    const rank = x.shape.length;
    const shapes = `${formatShape(x.shape)} and ${formatShape(weight.shape)}`;
    if (rank < 3 || weight.shape.length !== rank || weight.shape[1] !== x.shape[1]) {
      throw new ShapeError("conv", "image [N, I, ...] and weight [O, I, ...kernel]", shapes);
    }
    for (const [setting, least] of Object.entries({ stride: 1, dilation: 1, padding: 0 })) {
      const values = attributes[setting] as readonly number[];
      if (values.length !== rank - 2 || values.some((value) => !Number.isInteger(value) || value < least)) {
        throw new ShapeError("conv", `${setting} of ${rank - 2} integers >= ${least}`, `[${values}]`);
      }
    }
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== weight.shape[0])) {
      throw new ShapeError("conv", `bias [${weight.shape[0]}]`, formatShape(bias.shape));
    }
    const extents = outputExtents(x.shape, weight.shape, attributes as ConvAttributes);
    if (extents.some((extent) => extent < 1)) throw new ShapeError("conv", "an image larger than the kernel", shapes);
    return [x.shape[0], weight.shape[0], ...extents];
  },
  emit: (emitter, inputs, { attributes, inputs: [, weight] }) => {
    const { stride, dilation, padding } = attributes as ConvAttributes;
    return emitter.node("Conv", inputs, {
      kernel_shape: weight.shape.slice(2),
      strides: stride,
      dilations: dilation,
      pads: [...padding, ...padding],
    });
  },
  gradient: (y, g, wanted) => {
    const [x, weight, bias] = y.inputs;
    const attributes = y.attributes as ConvAttributes;
    return [
      wanted[0] ? inputGradient(g, weight, x.shape, attributes) : undefined,
      wanted[1] ? apply(convWeightGradientOp, [x, g], { ...attributes, kernel: weight.shape.slice(2) }) : undefined,
      wanted[2] ? reshape(reduceSum(g, [0, ...g.shape.slice(2).map((_, a) => a + 2)]), bias.shape) : undefined,
    ];
  },
};

/**
 * d/dw of conv: `[O, I, ...kernel]` from the image and the output's gradient. No ONNX op does this, and a Conv
 * with the whole volume as kernel is 3x slower than the Gemms in conv-weight-gradient.ts.
 */
export const convWeightGradientOp: Op = {
  name: "convWeightGradient",
  infer: ([x, g], attributes) => [g.shape[1], x.shape[1], ...(attributes.kernel as Shape)],
  emit: (emitter, [x, g], { inputs, attributes }) =>
    emitWeightGradient(emitter, x, g, inputs[0].shape, inputs[1].shape, attributes as WeightGradientAttributes),
};

export interface WeightGradientAttributes extends ConvAttributes {
  readonly kernel: Shape;
}

/**
 * d/dx of conv: zeros between the gradient's voxels undo the stride, then a stride-1 convolution with the kernel
 * turned around and its channel axes swapped. ConvTranspose is 10-20x slower in 3-D and missing on WebGPU.
 */
function inputGradient(g: Tensor, weight: Tensor, shape: Shape, { stride, dilation, padding }: ConvAttributes): Tensor {
  const spatial = shape.slice(2).map((_, a) => a + 2);
  const kernel = weight.shape.slice(2);
  // The stride may leave input voxels at the far end that no output saw: `rest` of them.
  const rest = kernel.map(
    (k, a) => shape[a + 2] + 2 * padding[a] - dilation[a] * (k - 1) - 1 - (g.shape[a + 2] - 1) * stride[a],
  );
  const spread = interleaveZeros(g, stride, rest);
  const border = kernel.map((k, a) => dilation[a] * (k - 1) - padding[a]);
  // More padding than the kernel reaches: the outermost outputs saw zeros only, so they are cut off.
  const excess = border.map((width) => Math.max(0, -width));
  const ends = spread.shape.slice(2).map((extent, a) => extent - excess[a]);
  const seen = slice(spread, [0, 0, ...excess], [...spread.shape.slice(0, 2), ...ends]);
  const swapped = (kernels: Tensor): Tensor => transpose(kernels, [1, 0, ...spatial]); // [I, O, ...kernel]
  const options = { dilation, padding: border.map((width) => Math.max(0, width)) };
  // Turning both images around does the same as turning the kernel; in deep layers they are the smaller ones.
  return sizeOf(weight.shape) > sizeOf(seen.shape) + sizeOf(shape)
    ? reverse(conv(reverse(seen, spatial), swapped(weight), undefined, options), spatial)
    : conv(seen, swapped(reverse(weight, spatial)), undefined, options);
}

/** `stride - 1` zeros between neighbours along each spatial axis and `rest` zeros at the end. */
function interleaveZeros(g: Tensor, stride: readonly number[], rest: readonly number[]): Tensor {
  if (stride.every((s) => s === 1) && rest.every((r) => r === 0)) return g;
  const lead = g.shape.slice(0, 2);
  const extents = g.shape.slice(2);
  const split = reshape(g, [...lead, ...extents.flatMap((extent) => [extent, 1])]);
  const zeros = [0, 0, ...stride.flatMap((s) => [0, s - 1])];
  const spread = pad(
    split,
    zeros.map(() => 0),
    zeros,
  );
  const wide = reshape(spread, [...lead, ...extents.map((extent, a) => extent * stride[a])]);
  const wanted = extents.map((extent, a) => (extent - 1) * stride[a] + 1 + rest[a]);
  const grow = wanted.map((extent, a) => Math.max(0, extent - wide.shape[a + 2]));
  const padded = pad(wide, [0, 0, ...grow.map(() => 0)], [0, 0, ...grow]);
  return slice(padded, [0, 0, ...wanted.map(() => 0)], [...lead, ...wanted]);
}

function perAxis(value: number | readonly number[] | undefined, fallback: readonly number[]): readonly number[] {
  if (value === undefined) return fallback;
  return typeof value === "number" ? fallback.map(() => value) : value;
}

/**
 * y[n, o, p] = bias[o] + sum_{i, k} weight[o, i, k] x[n, i, stride p + dilation k - padding], zeros outside.
 * x `[N, I, ...]`, weight `[O, I, ...kernel]`, bias `[O]`; 1-D, 2-D or 3-D.
 */
export function conv(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  const kernel = weight.shape.slice(2);
  const dilation = perAxis(
    options.dilation,
    kernel.map(() => 1),
  );
  const same = kernel.map((k, a) => Math.floor((dilation[a] * (k - 1)) / 2));
  const attributes: ConvAttributes = {
    stride: perAxis(
      options.stride,
      kernel.map(() => 1),
    ),
    dilation,
    padding: perAxis(options.padding, same),
  };
  return apply(convOp, bias === undefined ? [x, weight] : [x, weight, bias], attributes);
}
