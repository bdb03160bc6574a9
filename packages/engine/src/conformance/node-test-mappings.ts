import { gradients } from "../gradients.ts";
import { leakyRelu, logSoftmax, relu, softmax } from "../ops/activation.ts";
import { add, div, mul } from "../ops/arithmetic.ts";
import { channelConstant, equal, oneHot } from "../ops/compare.ts";
import { conv } from "../ops/conv.ts";
import { linearAlongAxis } from "../ops/matmul.ts";
import { batchNorm, batchNormTraining, groupNorm, instanceNorm } from "../ops/normalize.ts";
import { averagePool, maxPool, upsampleLinear, upsampleNearest } from "../ops/pool.ts";
import { overlappingMaxPool } from "../ops/pool-overlapping.ts";
import { reduceSum } from "../ops/reduce.ts";
import { reshape, transpose } from "../ops/reshape.ts";
import { sampleAt } from "../ops/sample.ts";
import { concat, pad, slice, sliceAxis } from "../ops/slice.ts";
import { sigmoid, tanh } from "../ops/unary.ts";
import { adam, type Optimizer, sgd } from "../optim/optimizer.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { constant, scalar, type Tensor } from "../tensor.ts";
import type { NodeTest } from "./node-test.ts";

/** The case in the engine's own functions, or why it does not apply. */
export type Mapped = readonly Tensor[] | { readonly notApplicable: string };
type Mapping = (test: NodeTest, x: readonly Tensor[]) => Mapped;

const no = (reason: string): Mapped => ({ notApplicable: reason });
const ints = (value: unknown, fallback: readonly number[]): readonly number[] =>
  Array.isArray(value) ? value.map(Number) : fallback;
const numberOf = (value: unknown, fallback: number): number => (value === undefined ? fallback : Number(value));

interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Kernel, strides, dilations and pads with ONNX's defaults; `auto_pad` is worked out for a forward window. */
function windowOf({ attributes: a }: NodeTest, extents: Shape, kernelShape: Shape): Window {
  const kernel = ints(a.kernel_shape, kernelShape);
  const ones = kernel.map(() => 1);
  const stride = ints(a.strides, ones);
  const dilation = ints(a.dilations, ones);
  const pads = ints(
    a.pads,
    [...kernel, ...kernel].map(() => 0),
  );
  const same = kernel.map((k, axis) => {
    const outputs = Math.ceil(extents[axis] / stride[axis]);
    return Math.max(0, (outputs - 1) * stride[axis] + dilation[axis] * (k - 1) + 1 - extents[axis]);
  });
  if (a.auto_pad === "SAME_LOWER" || a.auto_pad === "SAME_UPPER") {
    const half = same.map((total) => (a.auto_pad === "SAME_LOWER" ? Math.ceil(total / 2) : Math.floor(total / 2)));
    return { kernel, stride, dilation, before: half, after: same.map((total, axis) => total - half[axis]) };
  }
  return { kernel, stride, dilation, before: pads.slice(0, kernel.length), after: pads.slice(kernel.length) };
}

/** Convolution in groups of channels, from slices and concat; uneven borders by `pad`. */
function groupedConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, groups: number, w: Window): Tensor {
  const even = w.before.every((width, axis) => width === w.after[axis]);
  const bordered = even ? x : pad(x, [0, 0, ...w.before], [0, 0, ...w.after]);
  const options = { stride: w.stride, dilation: w.dilation, padding: even ? w.before : w.before.map(() => 0) };
  const part = (tensor: Tensor, axis: number, group: number): Tensor => {
    const share = tensor.shape[axis] / groups;
    return sliceAxis(tensor, axis, group * share, (group + 1) * share);
  };
  return concat(
    Array.from({ length: groups }, (_, group) =>
      conv(part(bordered, 1, group), part(weight, 0, group), bias && part(bias, 0, group), options),
    ),
  );
}

/** ONNX's transposed convolution is, by definition, the gradient of a convolution with respect to its input. */
function transposedConv(test: NodeTest, [x, weight, bias]: readonly Tensor[]): Mapped {
  const { attributes: a, outputs } = test;
  const kernel = weight.shape.slice(2);
  const shape = outputs[0].shape;
  const plain = windowOf({ ...test, attributes: { ...a, auto_pad: "NOTSET" } }, shape.slice(2), kernel);
  const full = kernel.map((k, i) => (x.shape[i + 2] - 1) * plain.stride[i] + plain.dilation[i] * (k - 1) + 1);
  const cut = full.map((extent, i) => Math.max(0, extent - shape[i + 2]));
  const automatic = a.auto_pad === "SAME_UPPER";
  const before = automatic ? cut.map((total) => Math.floor(total / 2)) : plain.before;
  const after = automatic ? cut.map((total, i) => total - before[i]) : plain.after;
  const image = constant(new Float32Array(sizeOf(shape)), shape);
  const forward = groupedConv(image, weight, undefined, numberOf(a.group, 1), { ...plain, before, after });
  const [y] = gradients(reshape(reduceSum(mul(forward, x)), []), [image]);
  return [bias === undefined ? y : add(y, reshape(bias, [1, bias.shape[0], ...kernel.map(() => 1)]))];
}

function blocks({ attributes: a, outputs }: NodeTest, x: Tensor): readonly number[] | undefined {
  const kernel = ints(a.kernel_shape, x.shape.slice(2));
  const stride = ints(
    a.strides,
    kernel.map(() => 1),
  );
  const plain = ints(a.pads, [0]).every((width) => width === 0) && numberOf(a.ceil_mode, 0) === 0;
  const whole = kernel.every((k, axis) => outputs[0].shape[axis + 2] === Math.floor(x.shape[axis + 2] / k));
  return plain && whole && String(kernel) === String(stride) && a.dilations === undefined ? kernel : undefined;
}

/** What remains at the far end when the extents are no multiple of the block is cut off. */
function cropTo(x: Tensor, size: readonly number[]): Tensor {
  const ends = x.shape.map((extent, axis) => (axis < 2 ? extent : extent - (extent % size[axis - 2])));
  return slice(
    x,
    x.shape.map(() => 0),
    ends,
  );
}

/** Any average pooling is separable: along each axis a matrix of taps over counts, which is how box filters are made. */
function averageByMatrices(test: NodeTest, x: Tensor): Tensor {
  const { attributes: a, outputs } = test;
  const w = windowOf(test, x.shape.slice(2), []);
  const withBorder = numberOf(a.count_include_pad, 0) === 1;
  return w.kernel.reduce((y, k, axis) => {
    const columns = x.shape[axis + 2];
    const rows = outputs[0].shape[axis + 2];
    const values = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const taps = Array.from({ length: k }, (_, i) => row * w.stride[axis] - w.before[axis] + i * w.dilation[axis]);
      const inside = taps.filter((tap) => tap >= 0 && tap < columns);
      const counted = withBorder ? taps.filter((tap) => tap < columns + w.after[axis]) : inside;
      for (const tap of inside) values[row * columns + tap] = 1 / counted.length;
    }
    return linearAlongAxis(y, { rows, columns, values }, axis + 2);
  }, x);
}

/** From ONNX's [-1, 1] grid, x first, to voxel coordinates; zeros outside by a border of zeros around the image. */
function gridSample({ attributes: a }: NodeTest, [image, grid]: readonly Tensor[]): Mapped {
  const mode = String(a.mode ?? "linear");
  const outside = String(a.padding_mode ?? "zeros");
  if (mode === "cubic" || mode === "bicubic") return no("the engine samples linearly or nearest");
  if (outside === "reflection") return no("the engine clamps to the edge");
  const extents = image.shape.slice(2);
  const n = extents.length;
  // Two voxels, an even number, so that rounding half to even stays what it is.
  const margin = outside === "zeros" ? 2 : 0;
  const axes = extents.map((extent, axis) => {
    const part = sliceAxis(grid, n + 1, n - 1 - axis, n - axis); // [N, ..., 1]
    const inVoxels =
      numberOf(a.align_corners, 0) === 1
        ? mul(add(part, 1), (extent - 1) / 2)
        : add(mul(add(part, 1), extent / 2), -0.5);
    return add(inVoxels, margin);
  });
  const points = transpose(concat(axes, n + 1), [0, n + 1, ...extents.map((_, axis) => axis + 1)]);
  const border = image.shape.map((_, axis) => (axis < 2 ? 0 : margin));
  return [sampleAt(pad(image, border, border), points, mode === "nearest" ? "nearest" : "linear")];
}

function resize({ attributes: a, outputs, inputs }: NodeTest, [x]: readonly Tensor[]): Mapped {
  const factors = x.shape.slice(2).map((extent, axis) => outputs[0].shape[axis + 2] / extent);
  const where = String(a.coordinate_transformation_mode ?? "half_pixel");
  if (factors.some((factor) => !Number.isInteger(factor))) return no("not a whole factor of upsampling");
  if (where !== "half_pixel" || a.nearest_mode !== undefined)
    return no(`${where} ${a.nearest_mode ?? ""}: other voxels`);
  if (inputs.length === 0) return no("no input");
  if (a.mode !== "linear") return [upsampleNearest(x, factors)];
  return factors.every((factor) => factor === factors[0]) ? [upsampleLinear(x, factors[0])] : no("uneven factors");
}

/** -weight[label] * log p[label], ignored labels out; the mean divides by the weights that counted. */
function likelihoodLoss(test: NodeTest, logProbabilities: Tensor): Mapped {
  const [, labels, weights] = test.inputs;
  const { reduction = "mean", ignore_index: ignored } = test.attributes;
  const [batch, classes, ...extents] = logProbabilities.shape;
  const at = constant(labels.data, [batch, 1, ...extents]);
  const rank = logProbabilities.shape.length;
  const kept = ignored === undefined ? scalar(1) : add(mul(equal(at, Number(ignored)), -1), 1);
  const counted = mul(oneHot(at, classes), kept);
  const factors = weights === undefined ? counted : mul(counted, channelConstant(weights.data, rank)); // [N, C, ...]
  const losses = mul(reduceSum(mul(logProbabilities, factors), [1]), -1);
  if (reduction === "none") return [reshape(losses, [batch, ...extents])];
  const total = reshape(reduceSum(losses), []);
  return [reduction === "sum" ? total : div(total, reshape(reduceSum(factors), []))];
}

/** ONNX's optimizers take and give separate tensors; ours works on all of them as one vector. */
function optimizerStep(test: NodeTest, make: () => Optimizer, gradientFactor: number, states: number): Mapped {
  const [rate, , ...rest] = test.inputs;
  const count = rest.length / (2 + states);
  const group = (index: number): Tensor => {
    const values = rest.slice(index * count, (index + 1) * count).flatMap(({ data }) => data);
    return constant(values, [values.length]);
  };
  const parameters = group(0);
  const decay = numberOf(test.attributes.norm_coefficient, 0);
  const { parameters: updated, moments } = make().update({
    parameters,
    gradient: mul(add(group(1), mul(parameters, decay)), gradientFactor),
    moments: Array.from({ length: states }, (_, index) => group(2 + index)),
    step: scalar(NO_CORRECTION),
    learningRate: scalar(rate.data[0]),
  });
  let start = 0;
  const cut = (vector: Tensor, index: number): Tensor => {
    const length = rest[index].data.length;
    if (index === 0) start = 0;
    start += length;
    return sliceAxis(vector, 0, start - length, start);
  };
  const each = Array.from({ length: count }, (_, index) => index);
  return [updated, ...moments].flatMap((vector) => each.map((index) => cut(vector, index)));
}

/** At update count 0 ONNX's Adam corrects no bias; ours does the same in the limit of many steps. */
const NO_CORRECTION = 1e9;

function adamStep(test: NodeTest): Mapped {
  if (test.inputs[1].data[0] !== 0) return no("ONNX corrects the bias inside the rate, with epsilon outside of it");
  const { alpha, beta, epsilon } = test.attributes;
  const make = (): Optimizer =>
    adam({ learningRate: 1, beta1: Number(alpha), beta2: Number(beta), epsilon: Number(epsilon) });
  return optimizerStep(test, make, 1, 2);
}

function momentumStep(test: NodeTest): Mapped {
  const { alpha, beta, mode } = test.attributes;
  const factor = test.inputs[1].data[0] > 0 ? Number(beta) : 1; // ONNX dampens all but the first gradient
  if (mode === "nesterov" && factor !== 1) return no("dampened Nesterov momentum");
  const make = (): Optimizer => sgd({ learningRate: 1, momentum: Number(alpha), nesterov: mode === "nesterov" });
  return optimizerStep(test, make, factor, 1);
}

function padConstant({ attributes: a, inputs }: NodeTest, [x]: readonly Tensor[]): Mapped {
  if ((a.mode ?? "constant") !== "constant") return no(`the engine pads with a constant, not by ${a.mode}`);
  const [, pads, value, axes] = inputs;
  const widths = ints(a.pads, pads?.data ?? []);
  const which = axes === undefined ? x.shape.map((_, axis) => axis) : axes.data.map((axis) => (axis + 4) % 4);
  const widthsOf = (side: number): number[] =>
    x.shape.map((_, axis) => (which.includes(axis) ? widths[which.indexOf(axis) + side * which.length] : 0));
  return [pad(x, widthsOf(0), widthsOf(1), value?.data[0] ?? numberOf(a.value, 0))];
}

const byAxis =
  (build: (x: Tensor, axis: number) => Tensor): Mapping =>
  ({ attributes, opset }, [x]) => [build(x, numberOf(attributes.axis, opset < 13 ? 1 : -1))];

const epsilonOf = ({ attributes }: NodeTest): number => numberOf(attributes.epsilon, 1e-5);

function overlapping(test: NodeTest, x: Tensor): Mapped {
  const { kernel, stride, dilation, before, after } = windowOf(test, x.shape.slice(2), []);
  if (numberOf(test.attributes.ceil_mode, 0) !== 0) return no("the engine drops windows that are not whole");
  if (dilation.some((d) => d > 1)) return no("the engine's pooling has no dilation");
  if (before.some((width, a) => width !== after[a] || 2 * width > kernel[a])) return no("padding of another kind");
  return [overlappingMaxPool(x, { kernel, stride, padding: before })];
}

/** Every ONNX operator that the engine's own functions can express. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  Adam: adamStep,
  Momentum: momentumStep,
  Conv: (test, [x, weight, bias]) => [
    groupedConv(
      x,
      weight,
      bias,
      numberOf(test.attributes.group, 1),
      windowOf(test, x.shape.slice(2), weight.shape.slice(2)),
    ),
  ],
  ConvTranspose: transposedConv,
  AveragePool: (test, [x]) => {
    const size = blocks(test, x);
    return [size === undefined ? averageByMatrices(test, x) : averagePool(cropTo(x, size), size)];
  },
  MaxPool: (test, [x]) => {
    const size = blocks(test, x);
    return size === undefined ? overlapping(test, x) : [maxPool(cropTo(x, size), size)];
  },
  GlobalAveragePool: (_, [x]) => [averagePool(x, x.shape.slice(2))],
  GlobalMaxPool: (_, [x]) => [maxPool(x, x.shape.slice(2))],
  BatchNormalization: (test, [x, scale, shift, mean, variance]) => {
    if (numberOf(test.attributes.training_mode, 0) === 0)
      return [batchNorm(x, scale, shift, { mean, variance }, epsilonOf(test))];
    const momentum = numberOf(test.attributes.momentum, 0.9);
    const trained = batchNormTraining(x, scale, shift, { mean, variance }, momentum, epsilonOf(test));
    return [trained.output, trained.running.mean, trained.running.variance];
  },
  InstanceNormalization: (test, [x, scale, shift]) => [instanceNorm(x, scale, shift, epsilonOf(test))],
  GroupNormalization: (test, [x, scale, shift]) => [
    groupNorm(x, scale, shift, Number(test.attributes.num_groups), epsilonOf(test)),
  ],
  LeakyRelu: ({ attributes }, [x]) => [leakyRelu(x, numberOf(attributes.alpha, 0.01))],
  Relu: (_, [x]) => [relu(x)],
  Sigmoid: (_, [x]) => [sigmoid(x)],
  Tanh: (_, [x]) => [tanh(x)],
  "Split+Sigmoid+Mul": (_, [x]) => {
    const half = x.shape[1] / 2;
    return [mul(sliceAxis(x, 1, 0, half), sigmoid(sliceAxis(x, 1, half, 2 * half)))];
  },
  LogSoftmax: byAxis(logSoftmax),
  Softmax: byAxis(softmax),
  Pad: padConstant,
  GridSample: gridSample,
  Resize: resize,
  Upsample: resize,
  NegativeLogLikelihoodLoss: (test, [x]) => likelihoodLoss(test, x),
  SoftmaxCrossEntropyLoss: (test, [x]) => likelihoodLoss(test, logSoftmax(x)),
};

/** Emitted by lowerings, or close relatives of what they emit. */
const INTERNAL: readonly string[] = ["Gather", "GatherElements", "GatherND", "Scatter", "ScatterElements", "ScatterND"];

/** The case built from the engine's functions, or the reason why it does not apply. */
export function mapNodeTest(test: NodeTest, inputs: readonly Tensor[]): Mapped {
  const mapping = MAPPINGS[test.op];
  return mapping === undefined
    ? no(
        INTERNAL.includes(test.op)
          ? "no function of its own; runs on the provider below"
          : `the engine has no ${test.op}`,
      )
    : mapping(test, inputs);
}
