import { InputError } from "../errors.ts";
import { NIFTI_DATA_TYPES, type NiftiDataType } from "./nifti-data-type.ts";

/** Turns the bytes of a file into numbers. The copy aligns them and leaves the file as it was. */
export function decodeValues(bytes: Uint8Array, dataType: NiftiDataType, littleEndian: boolean): ArrayLike<number> {
  const copy = new Uint8Array(bytes); // not slice(), which shares memory if a caller passes a Node Buffer
  // Every engine that runs JavaScript today keeps numbers in little-endian order.
  if (!littleEndian) swapByteOrder(copy, NIFTI_DATA_TYPES[dataType].bytes);
  const { buffer } = copy;
  switch (dataType) {
    case "uint8":
      return copy;
    case "int8":
      return new Int8Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int64":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "uint64":
      return Float64Array.from(new BigUint64Array(buffer), Number);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
  }
}

/** The bytes of a file for numbers: integer types are rounded, and values they cannot hold are an InputError. */
export function encodeValues(
  values: Float32Array | Int32Array,
  dataType: NiftiDataType,
  littleEndian: boolean,
): Uint8Array {
  const bytes = new Uint8Array(typedArray(values, dataType).buffer);
  if (!littleEndian) swapByteOrder(bytes, NIFTI_DATA_TYPES[dataType].bytes);
  return bytes;
}

function typedArray(values: Float32Array | Int32Array, dataType: NiftiDataType): { readonly buffer: ArrayBuffer } {
  if (dataType === "float32") return Float32Array.from(values);
  if (dataType === "float64") return Float64Array.from(values);
  const rounded = Float64Array.from(values, Math.round);
  assertFits(rounded, dataType);
  switch (dataType) {
    case "uint8":
      return Uint8Array.from(rounded);
    case "int8":
      return Int8Array.from(rounded);
    case "int16":
      return Int16Array.from(rounded);
    case "uint16":
      return Uint16Array.from(rounded);
    case "int32":
      return Int32Array.from(rounded);
    case "uint32":
      return Uint32Array.from(rounded);
    case "int64":
      return BigInt64Array.from(Array.from(rounded, BigInt));
    case "uint64":
      return BigUint64Array.from(Array.from(rounded, BigInt));
  }
}

function assertFits(values: Float64Array, dataType: NiftiDataType): void {
  const { low, high } = NIFTI_DATA_TYPES[dataType];
  const wrong = values.find((value) => !(value >= low && value <= high));
  if (wrong === undefined) return;
  throw new InputError({
    subject: "The values to write",
    expected: `numbers that ${dataType} can hold, ${low} to ${high}`,
    got: String(wrong),
    todo: "Write a wider type.",
  });
}

/** Reverses each group of `size` bytes, in place. */
function swapByteOrder(bytes: Uint8Array, size: number): void {
  for (let start = 0; size > 1 && start + size <= bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const kept = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = kept;
    }
  }
}
