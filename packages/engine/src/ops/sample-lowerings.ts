import { GraphError } from "../errors.ts";
import type { Emitter } from "../onnx/emitter.ts";
import { DATA_TYPE } from "../onnx/schema.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import type { Interpolation } from "./sample.ts";

/** ONNX GridSample. Its grid is `[N, ..., n]` in [-1, 1], x first, so one 1x1 Conv scales, shifts and turns around. */
export function emitGridSample(
  emitter: Emitter,
  image: string,
  coordinates: string,
  imageShape: Shape,
  _coordinateShape: Shape,
  mode: Interpolation,
): string {
  const extents = imageShape.slice(2);
  const n = extents.length;
  const weights = new Float32Array(n * n);
  extents.forEach((extent, axis) => {
    weights[(n - 1 - axis) * n + axis] = extent > 1 ? 2 / (extent - 1) : 0;
  });
  const weight = emitter.floats(weights, [n, n, ...extents.map(() => 1)]);
  const shift = emitter.floats(
    extents.map(() => -1),
    [n],
  );
  const scaled = emitter.node("Conv", [coordinates, weight, shift], { kernel_shape: extents.map(() => 1) });
  const grid = emitter.node("Transpose", [scaled], { perm: [0, ...extents.map((_, a) => a + 2), 1] });
  return emitter.node("GridSample", [image, grid], { mode, padding_mode: "border", align_corners: 1 });
}

interface Corner {
  /**
   * `[N, K]`: which voxel of the flattened volume. Whole numbers in float32, cast where they are used: WebGPU has
   * neither Concat nor Slice of int64.
   */
  readonly index: string;
  /** `[N, 1, K]`, or undefined where the weight is 1. */
  readonly weight: string | undefined;
}

/** The voxels around each coordinate and their linear weights; the one nearest voxel where that is the mode. */
function cornersOf(
  emitter: Emitter,
  coordinates: string,
  imageShape: Shape,
  coordinateShape: Shape,
  mode: Interpolation,
): readonly Corner[] {
  const extents = imageShape.slice(2);
  const n = extents.length;
  if (sizeOf(extents) > 2 ** 24) {
    throw new GraphError(`gathers reach 2^24 voxels (indices are float32), not ${formatShape(extents)}`);
  }
  const [batch] = coordinateShape;
  const count = sizeOf(coordinateShape.slice(2));
  const strides = extents.map((extent, a) => (extent > 1 ? sizeOf(extents.slice(a + 1)) : 0));
  const perAxis = (values: readonly number[]): string => emitter.floats(values, [1, n, 1]);
  const flat = emitter.node("Reshape", [coordinates, emitter.ints([batch, n, count])]);
  const positive = emitter.node("Max", [flat, emitter.scalar(0)]);
  const clamped = emitter.node("Min", [positive, perAxis(extents.map((extent) => extent - 1))]);
  const indexOf = (cell: string): string => {
    const position = emitter.node("Mul", [cell, perAxis(strides)]);
    return emitter.node("ReduceSum", [position, emitter.ints([1])], { keepdims: 0 }); // [N, K]
  };
  if (mode === "nearest") {
    return [{ index: indexOf(roundHalfToEven(emitter, clamped)), weight: undefined }];
  }
  // The lower corner stays one below the edge, so that the upper one exists.
  const floor = emitter.node("Floor", [clamped]);
  const below = emitter.node("Min", [floor, perAxis(extents.map((extent) => Math.max(extent - 2, 0)))]);
  const upper = emitter.node("Sub", [clamped, below]); // [N, n, K], in 0..1
  const lower = emitter.node("Sub", [emitter.scalar(1), upper]);
  const axisOf = (values: string, a: number): string =>
    emitter.node("Slice", [values, emitter.ints([a]), emitter.ints([a + 1]), emitter.ints([1])]);
  const base = indexOf(below);
  return Array.from({ length: 2 ** n }, (_, bits) => {
    const up = extents.map((_, a) => (bits >> a) % 2 === 1);
    const offset = strides.reduce((sum, stride, a) => sum + (up[a] ? stride : 0), 0);
    const index = emitter.node("Add", [base, emitter.scalar(offset)]);
    const weight = up.map((isUp, a) => axisOf(isUp ? upper : lower, a)).reduce((a, b) => emitter.node("Mul", [a, b]));
    return { index, weight };
  });
}

/** In the middle between two voxels the even one, as GridSample does. ONNX's Round is missing on WebGPU. */
function roundHalfToEven(emitter: Emitter, x: string): string {
  const half = emitter.node("Floor", [emitter.node("Mul", [x, emitter.scalar(0.5)])]);
  const even = emitter.node("Mul", [half, emitter.scalar(2)]);
  const rest = emitter.node("Sub", [x, even]); // in [0, 2): up to 0.5 the even one, from 1.5 on the next even one
  const flag = (op: string, than: number): string =>
    emitter.node("Cast", [emitter.node(op, [rest, emitter.scalar(than)])], { to: DATA_TYPE.float });
  const steps = emitter.node("Sub", [flag("Greater", 0.5), flag("Less", 1.5)]); // -1, 0 or 1
  return emitter.node("Add", [emitter.node("Add", [even, emitter.scalar(1)]), steps]);
}

/** One sample of a batch: `[...rest]`. */
function sampleOf(emitter: Emitter, name: string, sample: number, batch: number, rest: Shape): string {
  const from = emitter.ints([sample]);
  const part = batch === 1 ? name : emitter.node("Slice", [name, from, emitter.ints([sample + 1]), emitter.ints([0])]);
  return emitter.node("Reshape", [part, emitter.ints(rest)]);
}

/** As GridSample, by gathers alone: sum over the corners of weight * image[index]. */
export function emitGather(
  emitter: Emitter,
  image: string,
  coordinates: string,
  imageShape: Shape,
  coordinateShape: Shape,
  mode: Interpolation,
): string {
  const [batch, channels] = imageShape;
  const voxels = sizeOf(imageShape.slice(2));
  const count = sizeOf(coordinateShape.slice(2));
  const corners = cornersOf(emitter, coordinates, imageShape, coordinateShape, mode);
  const samples = Array.from({ length: batch }, (_, sample) => {
    const flat = sampleOf(emitter, image, sample, batch, [channels, voxels]);
    const parts = corners.map(({ index, weight }) => {
      const at = emitter.node("Cast", [sampleOf(emitter, index, sample, batch, [count])], { to: DATA_TYPE.int32 });
      const values = emitter.node("Gather", [flat, at], { axis: 1 }); // [C, K]
      if (weight === undefined) return values;
      return emitter.node("Mul", [values, sampleOf(emitter, weight, sample, batch, [1, count])]);
    });
    return parts.reduce((a, b) => emitter.node("Add", [a, b]));
  });
  const joined = samples.length === 1 ? samples[0] : emitter.node("Concat", samples, { axis: 0 });
  return emitter.node("Reshape", [joined, emitter.ints([batch, channels, ...coordinateShape.slice(2)])]);
}

/** Adds weight * value to the voxels around each coordinate: a scatter with reduction "add" (onnx/lowerings.ts says which). */
export function emitSplat(
  emitter: Emitter,
  values: string,
  coordinates: string,
  imageShape: Shape,
  coordinateShape: Shape,
  mode: Interpolation,
): string {
  const [batch, channels] = imageShape;
  const voxels = sizeOf(imageShape.slice(2));
  const count = sizeOf(coordinateShape.slice(2));
  const corners = cornersOf(emitter, coordinates, imageShape, coordinateShape, mode);
  const zeros = emitter.node("Expand", [emitter.scalar(0), emitter.ints([voxels, channels])]);
  const samples = Array.from({ length: batch }, (_, sample) => {
    const flat = sampleOf(emitter, values, sample, batch, [channels, count]);
    const updates = corners.map(({ weight }) => {
      const weighted =
        weight === undefined ? flat : emitter.node("Mul", [flat, sampleOf(emitter, weight, sample, batch, [1, count])]);
      return emitter.node("Transpose", [weighted], { perm: [1, 0] }); // [K, C]
    });
    const indices = corners.map(({ index }) => sampleOf(emitter, index, sample, batch, [count, 1]));
    const all = (parts: readonly string[]): string =>
      parts.length === 1 ? parts[0] : emitter.node("Concat", parts, { axis: 0 });
    const positions = emitter.node("Cast", [all(indices)], { to: DATA_TYPE.int64 }); // [corners * K, 1]
    const added = all(updates); // [corners * K, C]
    const wide = (): string => emitter.node("Expand", [positions, emitter.ints([corners.length * count, channels])]);
    const summed =
      emitter.lowerings.splat === "scatterNd"
        ? emitter.node("ScatterND", [zeros, positions, added], { reduction: "add" })
        : emitter.node("ScatterElements", [zeros, wide(), added], { axis: 0, reduction: "add" }); // [V, C]
    return emitter.node("Transpose", [summed], { perm: [1, 0] });
  });
  const joined = samples.length === 1 ? samples[0] : emitter.node("Concat", samples, { axis: 0 });
  return emitter.node("Reshape", [joined, emitter.ints(imageShape)]);
}
