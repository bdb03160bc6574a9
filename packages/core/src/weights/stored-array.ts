import { formatShape, type NamedArray, type Shape, sizeOf } from "@voxelsmith/engine";
import { damagedFile } from "./refuse-file.ts";

/** Bytes of one value of each type that weights are stored in. */
export const VALUE_BYTES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const;

export type ValueType = keyof typeof VALUE_BYTES;

/** An array as it stands in its file: values in C order, little-endian. */
export interface StoredArray {
  readonly shape: Shape;
  readonly type: ValueType;
  readonly bytes: Uint8Array;
}

/** Values as float32, which networks compute in: float64 is rounded, integers beyond 2^24 too. */
export function toNamedArray({ shape, type, bytes }: StoredArray): NamedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float32Array(sizeOf(shape));
  const size = VALUE_BYTES[type];
  const read = READERS[type];
  if (type === "float32") new Uint8Array(data.buffer).set(bytes);
  else for (let i = 0; i < data.length; i++) data[i] = read(view, i * size);
  return { shape, data };
}

const READERS: Readonly<Record<ValueType, (view: DataView, at: number) => number>> = {
  float64: (view, at) => view.getFloat64(at, true),
  float32: (view, at) => view.getFloat32(at, true),
  float16: (view, at) => halfToNumber(view.getUint16(at, true)),
  bfloat16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  int32: (view, at) => view.getInt32(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  bool: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
};

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}

/**
 * Memory that reading one file may take. Honest files hold every value about once; a crafted one may name the same
 * bytes a million times, or stretch one value over any shape, and is refused before anything is allocated.
 */
export class Allowance {
  readonly #subject: string;
  #left: number;

  constructor(subject: string, fileBytes: number) {
    this.#subject = subject;
    this.#left = 4 * fileBytes + 0x10000;
  }

  spend(bytes: number, what: string): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw damagedFile(this.#subject, `${what} would take far more memory than the file has bytes`);
  }
}

/** A shape from a file: few axes, sizes that can be multiplied. */
export function checkShape(subject: string, name: string, shape: readonly number[]): Shape {
  const fine = shape.length <= 16 && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (fine && Number.isSafeInteger(8 * sizeOf(shape))) return shape;
  throw damagedFile(subject, `${name} has the shape ${formatShape(shape.slice(0, 20))}`);
}
