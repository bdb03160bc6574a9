import type { Emitter } from "../onnx/emitter.ts";
import { indicesOf, type Shape, sizeOf } from "../shape.ts";
import type { WeightGradientAttributes } from "./conv.ts";

/**
 * gw[o, i, k] = sum_{n, p} g[n, o, p] x[n, i, stride p + dilation k - padding], as matrix products over the voxels.
 * Large volumes at stride 1 are shifted flat (`shiftFlattened`). What would waste most of that, strides and volumes
 * that are small beside their padding, picks each offset's voxels (`stackWindows`).
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
  const widths = [0, 0, ...padding];
  const padded = padding.some((p) => p > 0)
    ? emitter.node("Pad", [x, emitter.ints([...widths, ...widths]), emitter.scalar(0)])
    : x;
  const paddedShape = xShape.map((extent, a) => extent + 2 * widths[a]);
  const sides = { x: padded, g, xShape: paddedShape, gShape };
  // The flat shift multiplies the padding too. Where that is more than every other voxel, stacking costs less: with 64
  // channels at 12^3 (1.6 times the voxels) the shift is a quarter faster, with 128 at 6^3 (2.4 times) three times slower.
  const wasteful = sizeOf(paddedShape.slice(2)) > LARGEST_WASTE * sizeOf(gShape.slice(2));
  const result =
    sizeOf(kernel) === 1 || stride.some((s) => s > 1) || wasteful
      ? stackWindows(emitter, sides, attributes)
      : shiftFlattened(emitter, sides, attributes);
  return emitter.node("Reshape", [result, emitter.ints([gShape[1], xShape[1], ...kernel])]);
}

const LARGEST_WASTE = 2;

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

/** Elements of a stacked operand that are in memory at a time: 16 MB of float32. */
const STACKED_ELEMENTS = 4 * 2 ** 20;

/**
 * For each kernel offset the image's voxels that meet the gradient's, stacked to `[I * offsets, voxels]`: one Gemm with
 * the gradient's rows gives the weight's own order. Volumes are cut along their first axis, so that the stack stays small.
 *
 * Why so: with a Gemm for each offset, each has as few columns as the image has channels (one, in a network's first
 * layer), and the products have to be interleaved afterwards, which costs as much as they do where the weight is larger
 * than the volume. Processor time in ms against one Gemm an offset: 7^3 kernel, stride 2, [64, 1, 24^3] 15 for 63;
 * against the flat shift: 256 channels at 6^3, dilation 2, 8 for 30; 512 channels, dilation 4, at 6^3 36 for 295, at
 * 12^3 176 for 700.
 */
function stackWindows(emitter: Emitter, { x, g, xShape, gShape }: Sides, attributes: WeightGradientAttributes): string {
  const { stride, dilation, kernel } = attributes;
  const [batch, inputs, ...grid] = xShape;
  const [, outputs, depth, ...face] = gShape;
  const axes = grid.map((_, a) => a + 2);
  const offsets = indicesOf(kernel);
  const cut = (name: string, shape: Shape, starts: Shape, ends: Shape, steps: Shape): string => {
    const whole = axes.every((axis, a) => starts[a] === 0 && ends[a] === shape[axis] && steps[a] === 1);
    return whole
      ? name
      : emitter.node("Slice", [name, ...[starts, ends, axes, steps].map((values) => emitter.ints(values))]);
  };
  const slabs = Math.min(depth, Math.ceil((batch * offsets.length * inputs * depth * sizeOf(face)) / STACKED_ELEMENTS));
  const thickness = Math.ceil(depth / slabs);
  let sum: string | undefined; // [O, I * offsets]
  for (let from = 0; from < depth; from += thickness) {
    const extents = [Math.min(thickness, depth - from), ...face];
    const voxels = batch * sizeOf(extents);
    const windows = offsets.map((offset) => {
      const starts = offset.map((k, a) => k * dilation[a] + (a === 0 ? from * stride[0] : 0));
      const ends = starts.map((start, a) => start + (extents[a] - 1) * stride[a] + 1);
      const rows = channelRows(emitter, cut(x, xShape, starts, ends, stride), [batch, inputs, ...extents]);
      return emitter.node("Reshape", [rows, emitter.ints([inputs, 1, voxels])]);
    });
    const stacked = windows.length === 1 ? windows[0] : emitter.node("Concat", windows, { axis: 1 }); // [I, offsets, voxels]
    const columns = emitter.node("Reshape", [stacked, emitter.ints([inputs * offsets.length, voxels])]);
    const slab = cut(
      g,
      gShape,
      [from, ...face.map(() => 0)],
      [from + extents[0], ...face],
      axes.map(() => 1),
    );
    const rows = channelRows(emitter, slab, [batch, outputs, ...extents]);
    const operands = sum === undefined ? [rows, columns] : [rows, columns, sum];
    sum = emitter.node("Gemm", operands, { transA: 0, transB: 1 });
  }
  return sum as string;
}

/**
 * The gradient is laid out on the padded image's grid, zeros outside. Then a shift by a kernel offset is a shift of
 * the flattened axis, one contiguous Slice. One operand is stacked at all shifts along the last axis (3 rows for
 * each channel), the other is shifted by the offsets of the other axes (9 in 3-D), one Gemm for each. Long volumes are
 * cut into slabs whose Gemms add up, so that the stack stays small.
 *
 * Why so: ONNX Runtime's Gemm packs its second operand anew each time, so the first should have many rows and the
 * second few columns, but no fewer than 16, the width that it packs. Tried, in ms on 2 threads for [16, 16, 48x64x48] and
 * [48, 32, 48x64x48]: this 20 and 63; 27 Gemms of one shift each 37 and 105; the stack as second operand 48 and 157;
 * stacking both operands (3 Gemms of 3 x 3 shifts) 23 and 74; 9 shifts stacked 20 and 63 with 3x the memory; batched
 * MatMul over slabs 35 and 115; 27 strided slices and one Gemm 6x the memory; a Conv with the volume as kernel 3x slower.
 */
function shiftFlattened(
  emitter: Emitter,
  { x, g, xShape, gShape }: Sides,
  attributes: WeightGradientAttributes,
): string {
  const { dilation, kernel } = attributes;
  const extents = xShape.slice(2);
  const strides = extents.map((_, a) => sizeOf(extents.slice(a + 1)));
  const shiftOf = (offset: readonly number[]): number =>
    offset.reduce((sum, k, a) => sum + k * dilation[a] * strides[a], 0);
  const lead = kernel.slice(0, -1);
  const taps = kernel[lead.length];
  const near = Array.from({ length: taps }, (_, k) => k * dilation[lead.length]); // shifts along the last axis
  const far = indicesOf(lead).map(shiftOf); // shifts along the others
  const [furthestNear, furthestFar] = [Math.max(...near), Math.max(...far)];
  const [outputs, inputs] = [gShape[1], xShape[1]];
  const small = Math.min(inputs, outputs);
  const stackX = small < 16 ? inputs === small : inputs >= outputs;

  const total = xShape[0] * sizeOf(extents);
  // u = t + (the shift that the gradient undoes): gw = sum_u x[u + own shift] g[u - own shift]. Behind the last voxel
  // of the gradient come only zeros, so columns past `length` never count.
  const [shiftX, shiftG] = stackX ? [furthestNear, furthestFar] : [furthestFar, furthestNear];
  const length = total - shiftX;
  const xRows = channelRows(emitter, x, xShape); // [I, total]
  const grow = xShape.map((extent, a) => (a < 2 ? 0 : extent - gShape[a]));
  const spread = emitter.node("Pad", [g, emitter.ints([...grow.map(() => 0), ...grow]), emitter.scalar(0)]);
  const behind = channelRows(emitter, spread, [gShape[0], outputs, ...extents]);
  const gRows = emitter.node("Pad", [behind, emitter.ints([0, shiftG, 0, 0]), emitter.scalar(0)]); // [O, shiftG + total]

  const axis = emitter.ints([1]);
  const cut = (rows: string, start: number, end: number): string =>
    emitter.node("Slice", [rows, emitter.ints([start]), emitter.ints([end]), axis]);
  const cutX = (shift: number, from: number, to: number): string => cut(xRows, from + shift, to + shift);
  const cutG = (shift: number, from: number, to: number): string =>
    cut(gRows, from + shiftG - shift, to + shiftG - shift);
  const [cutStacked, cutOther, rows] = stackX ? [cutX, cutG, taps * inputs] : [cutG, cutX, taps * outputs];

  const slabs = Math.ceil((rows * length) / STACKED_ELEMENTS);
  const step = Math.ceil(length / slabs / 16) * 16;
  const sums: string[] = [];
  for (let from = 0; from < length; from += step) {
    const to = Math.min(from + step, length);
    const parts = near.map((shift) => cutStacked(shift, from, to));
    const stacked = parts.length === 1 ? parts[0] : emitter.node("Concat", parts, { axis: 0 }); // [rows, slab]
    for (const [index, shift] of far.entries()) {
      const operands = [stacked, cutOther(shift, from, to), ...sums.slice(index, index + 1)];
      sums[index] = emitter.node("Gemm", operands, { transA: 0, transB: 1 }); // [taps * stacked channels, the others]
    }
  }
  const all = sums.length === 1 ? sums[0] : emitter.node("Concat", sums, { axis: 0 });
  const [first, second] = stackX ? [inputs, outputs] : [outputs, inputs];
  const split = emitter.node("Reshape", [all, emitter.ints([far.length, taps, first, second])]);
  return emitter.node("Transpose", [split], { perm: stackX ? [3, 2, 0, 1] : [2, 3, 0, 1] }); // [O, I, far, taps]
}
