import { ShapeError } from "../errors.ts";
import { formatShape, type Shape } from "../shape.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { equal } from "./compare.ts";
import { reshape } from "./reshape.ts";
import { concat, pad, slice, sliceAxis } from "./slice.ts";

/** Max pooling settings; one number means the same along every spatial axis. */
export interface PoolOptions {
  readonly kernel?: number | readonly number[];
  readonly stride?: number | readonly number[];
  /** Voxels on both sides that never are the largest; at most half the kernel. */
  readonly padding?: number | readonly number[];
}

interface PoolAttributes {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly [name: string]: readonly number[];
}

/** What stands in the padding: no float32 is lower, and unlike an infinity it survives every provider. */
const LOWEST = -3.4028234663852886e38;

function checkSettings(rank: number, { kernel, stride, padding }: PoolAttributes): void {
  const lengths = [kernel, stride, padding].every((values) => values.length === rank);
  const whole = [...kernel, ...stride, ...padding].every(Number.isInteger);
  const positive = [...kernel, ...stride].every((value) => value >= 1);
  if (lengths && whole && positive && padding.every((p, a) => p >= 0 && 2 * p <= kernel[a])) return;
  const expected = `kernel and stride of ${rank} integers >= 1, padding from 0 to half the kernel`;
  throw new ShapeError("overlappingMaxPool", expected, `[${kernel}], [${stride}] and [${padding}]`);
}

export const overlappingMaxPoolOp: Op = {
  name: "overlappingMaxPool",
  infer: ([x], attributes) => {
    const rank = x.shape.length - 2;
    if (rank < 1) throw new ShapeError("overlappingMaxPool", "[N, C, ...]", formatShape(x.shape));
    const settings = attributes as PoolAttributes;
    checkSettings(rank, settings);
    const { kernel, stride, padding } = settings;
    const shape = x.shape.map((extent, a) =>
      a < 2 ? extent : Math.floor((extent + 2 * padding[a - 2] - kernel[a - 2]) / stride[a - 2]) + 1,
    );
    if (shape.some((extent) => extent < 1)) {
      throw new ShapeError("overlappingMaxPool", `extents of at least [${kernel}] - padding`, formatShape(x.shape));
    }
    return shape;
  },
  emit: (emitter, [x], { attributes }) => {
    const { kernel, stride, padding } = attributes as PoolAttributes;
    return emitter.node("MaxPool", [x], { kernel_shape: kernel, strides: stride, pads: [...padding, ...padding] });
  },
  // The maximum of a box is that of the maxima along one axis after the other. The first of equal voxels in the
  // order of memory is the first along each axis, so one axis at a time, last axis first, keeps to it.
  gradient: (y, g) => {
    const settings = y.attributes as PoolAttributes;
    const axes = settings.kernel.flatMap((k, a) => (k > 1 || settings.stride[a] > 1 ? [a] : []));
    const stages = [y.inputs[0]]; // the image, then each maximum along one more axis
    for (const axis of axes.slice(1).reverse()) stages.push(poolAxis(stages[stages.length - 1], axis, settings));
    let [gradient, pooled] = [g, y];
    for (const axis of axes) {
      const source = stages.pop() as Tensor;
      gradient = axisGradient(source, pooled, gradient, axis, settings);
      pooled = source;
    }
    return [gradient];
  },
};

/** The maximum along one spatial axis alone. */
function poolAxis(x: Tensor, axis: number, { kernel, stride, padding }: PoolAttributes): Tensor {
  const alone = (values: readonly number[], otherwise: number): readonly number[] =>
    values.map((value, a) => (a === axis ? value : otherwise));
  return apply(overlappingMaxPoolOp, [x], {
    kernel: alone(kernel, 1),
    stride: alone(stride, 1),
    padding: alone(padding, 0),
  });
}

/**
 * d/dx of pooling along one axis: each output's gradient goes to the first voxel of its window that equals the output.
 * Voxel `stride q + r` of the padded axis lies in row q, column r; offset k = stride m + r of the window of output p is
 * then column r of row p + m. So all windows at one offset are one slice, and no scatter is needed.
 */
function axisGradient(x: Tensor, y: Tensor, g: Tensor, axis: number, settings: PoolAttributes): Tensor {
  const at = axis + 2;
  const [kernel, stride, padding] = [settings.kernel[axis], settings.stride[axis], settings.padding[axis]];
  const [extent, outputs] = [x.shape[at], y.shape[at]];
  const rows = Math.max(outputs + Math.floor((kernel - 1) / stride), Math.ceil((extent + padding) / stride));
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
  const along = (value: number): Shape => x.shape.map((_, a) => (a === at ? value : 0));

  const padded = pad(x, along(padding), along(rows * stride - padding - extent), LOWEST);
  const table = reshape(padded, [...before, rows, stride, ...after]);
  const columns: Tensor[] = [];
  let free: Tensor | number = 1; // 1 where no earlier voxel of the window was the largest
  for (let k = 0; k < kernel; k++) {
    const [m, r] = [Math.floor(k / stride), k % stride];
    const column = reshape(sliceAxis(table, at + 1, r, r + 1), [...before, rows, ...after]);
    const equals = equal(sliceAxis(column, at, m, m + outputs), y);
    const first: Tensor = mul(equals, free);
    if (k < kernel - 1) free = sub(free, first);
    const part = pad(mul(first, g), along(m), along(rows - m - outputs));
    columns[r] = r in columns ? add(columns[r], part) : part;
  }
  const filled = columns.map((column) => reshape(column, [...before, rows, 1, ...after]));
  const missing = table.shape.map((_, a) => (a === at + 1 ? Math.max(0, stride - kernel) : 0));
  const stacked = pad(
    concat(filled, at + 1),
    missing.map(() => 0),
    missing,
  ); // [.., rows, stride, ..]
  const whole = reshape(stacked, [...before, rows * stride, ...after]);
  return slice(
    whole,
    along(padding),
    whole.shape.map((size, a) => (a === at ? padding + extent : size)),
  );
}

/**
 * y[n, c, p] = max over k in [0, kernel) of x[n, c, stride p + k - padding], windows may overlap; the padding never
 * wins. x `[N, C, ...]` with 1 to 3 spatial axes; extents floor((extent + 2 padding - kernel) / stride) + 1. By default
 * kernel 3, stride 2, padding 1, as after the first convolution of a ResNet. Among equal voxels the gradient goes to
 * the first in the order of memory, as in PyTorch.
 */
export function overlappingMaxPool(x: Tensor, options: PoolOptions = {}): Tensor {
  const { kernel = 3, stride = 2, padding = 1 } = options;
  const perAxis = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? x.shape.slice(2).map(() => value) : [...value];
  return apply(overlappingMaxPoolOp, [x], {
    kernel: perAxis(kernel),
    stride: perAxis(stride),
    padding: perAxis(padding),
  });
}
