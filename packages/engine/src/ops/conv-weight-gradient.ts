import type { Emitter } from "../onnx/emitter.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { WeightGradientAttributes } from "./conv.ts";

/** All kernel offsets, in the order of the weight's memory. */
function offsetsOf(kernel: Shape): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>(
    (offsets, extent) => offsets.flatMap((offset) => Array.from({ length: extent }, (_, k) => [...offset, k])),
    [[]],
  );
}

/**
 * gw[o, i, k] = sum_{n, p} g[n, o, p] x[n, i, stride p + dilation k - padding]: one Gemm for each kernel offset.
 * Stride 1 shifts a flattened volume (`shiftFlattened`), other strides pick voxels (`pickStrided`).
 */
export function emitWeightGradient(
  emitter: Emitter,
  x: string,
  g: string,
  xShape: Shape,
  gShape: Shape,
  attributes: WeightGradientAttributes,
): string {
  const { stride, padding, kernel } = attributes;
  const spatial = kernel.map((_, a) => a + 2);
  const widths = [0, 0, ...padding];
  const padded = padding.some((p) => p > 0)
    ? emitter.node("Pad", [x, emitter.ints([...widths, ...widths]), emitter.scalar(0)])
    : x;
  const paddedShape = xShape.map((extent, a) => extent + 2 * widths[a]);
  const sides = { x: padded, g, xShape: paddedShape, gShape };
  const products =
    sizeOf(kernel) === 1 || stride.some((s) => s > 1)
      ? pickStrided(emitter, sides, attributes)
      : shiftFlattened(emitter, sides, attributes);
  // [O * I] for each offset -> [O, I, ...kernel]
  const [outputs, inputs] = [gShape[1], xShape[1]];
  const stacked = emitter.node("Concat", products, { axis: 2 }); // [O, I, offsets]
  return spatial.length === 0
    ? stacked
    : emitter.node("Reshape", [stacked, emitter.ints([outputs, inputs, ...kernel])]);
}

interface Sides {
  readonly x: string;
  readonly g: string;
  readonly xShape: Shape;
  readonly gShape: Shape;
}

/** `[N, C, ...]` as a `[C, N * ...]` matrix. */
function channelRows(emitter: Emitter, name: string, shape: Shape): string {
  const columns = sizeOf(shape) / shape[1];
  const first =
    shape[0] === 1
      ? name
      : emitter.node("Transpose", [name], { perm: [1, 0, ...shape.keys()].filter((a, i) => i < 2 || a > 1) });
  return emitter.node("Reshape", [first, emitter.ints([shape[1], columns])]);
}

function product(emitter: Emitter, a: string, b: string, outputs: number, inputs: number): string {
  const gemm = emitter.node("Gemm", [a, b], { transA: 0, transB: 1 });
  return emitter.node("Reshape", [gemm, emitter.ints([outputs, inputs, 1])]);
}

function pickStrided(
  emitter: Emitter,
  { x, g, xShape, gShape }: Sides,
  attributes: WeightGradientAttributes,
): string[] {
  const { stride, dilation, kernel } = attributes;
  const rows = channelRows(emitter, g, gShape);
  const extents = gShape.slice(2);
  const axes = emitter.ints(kernel.map((_, a) => a + 2));
  return offsetsOf(kernel).map((offset) => {
    const starts = offset.map((k, a) => k * dilation[a]);
    const ends = starts.map((start, a) => start + (extents[a] - 1) * stride[a] + 1);
    const whole = starts.every((start, a) => start === 0 && ends[a] === xShape[a + 2]) && stride.every((s) => s === 1);
    const picked = whole
      ? x
      : emitter.node("Slice", [x, emitter.ints(starts), emitter.ints(ends), axes, emitter.ints(stride)]);
    const columns = channelRows(emitter, picked, [xShape[0], xShape[1], ...extents]);
    return product(emitter, rows, columns, gShape[1], xShape[1]);
  });
}

/**
 * The gradient is laid out on the padded image's grid, zeros outside. Then a shift by a kernel offset is a shift of
 * the flattened axis, one contiguous Slice. Whichever side has fewer channels is shifted.
 * Tried: 27 strided slices and one Gemm (6x the memory), a Conv with the volume as kernel (3x slower).
 */
function shiftFlattened(
  emitter: Emitter,
  { x, g, xShape, gShape }: Sides,
  attributes: WeightGradientAttributes,
): string[] {
  const { dilation, kernel } = attributes;
  const extents = xShape.slice(2);
  const strides = extents.map((_, a) => sizeOf(extents.slice(a + 1)));
  const shifts = offsetsOf(kernel).map((offset) => offset.reduce((sum, k, a) => sum + k * dilation[a] * strides[a], 0));
  const furthest = Math.max(...shifts);
  const total = xShape[0] * sizeOf(extents);
  const grow = xShape.map((extent, a) => (a < 2 ? 0 : extent - gShape[a]));
  const spread = emitter.node("Pad", [g, emitter.ints([...grow.map(() => 0), ...grow]), emitter.scalar(0)]);
  const gRows = channelRows(emitter, spread, [gShape[0], gShape[1], ...extents]);
  const xRows = channelRows(emitter, x, xShape);
  const axis = emitter.ints([1]);
  // Behind the last voxel of the gradient come only zeros, so the last `furthest` columns never count.
  const length = total - furthest;
  const cut = (rows: string, start: number): string =>
    emitter.node("Slice", [rows, emitter.ints([start]), emitter.ints([start + length]), axis]);
  const [outputs, inputs] = [gShape[1], xShape[1]];
  if (inputs <= outputs) {
    const still = cut(gRows, 0);
    return shifts.map((shift) => product(emitter, still, cut(xRows, shift), outputs, inputs));
  }
  const margin = emitter.ints([0, furthest, 0, 0]);
  const front = emitter.node("Pad", [gRows, margin, emitter.scalar(0)]); // zeros before the first voxel
  return shifts.map((shift) => {
    const moved = emitter.node("Slice", [
      front,
      emitter.ints([furthest - shift]),
      emitter.ints([furthest - shift + total]),
      axis,
    ]);
    return product(emitter, moved, xRows, outputs, inputs);
  });
}
