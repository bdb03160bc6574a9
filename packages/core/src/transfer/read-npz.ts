import { type NamedArray, type Shape, sizeOf } from "@voxelsmith/engine";
import { type UnzipFileInfo, unzipSync } from "fflate";
import { InputError } from "../errors.ts";
import { checkShape, toNamedArray, VALUE_BYTES, type ValueType } from "../weights/stored-array.ts";

/** What numpy calls the types that can be read; little-endian or of one byte. */
const TYPES: Readonly<Record<string, ValueType>> = {
  "|u1": "uint8",
  "|i1": "int8",
  "|b1": "bool",
  "<i2": "int16",
  "<i4": "int32",
  "<i8": "int64",
  "<f2": "float16",
  "<f4": "float32",
  "<f8": "float64",
};

/** Bytes that the arrays of one file may have together. */
const MOST_BYTES = 2 ** 31;

/**
 * The arrays of an `.npz` of numpy, as float32 by name. Nothing is executed: arrays of Python objects are refused.
 * @throws InputError for another file, damage, and types that are no numbers
 */
export function readNpz(bytes: Uint8Array, name: string): Readonly<Record<string, NamedArray>> {
  let total = 0;
  const check = ({ originalSize }: UnzipFileInfo): true => {
    total += originalSize;
    if (total > MOST_BYTES) throw refused(name, `arrays of more than ${MOST_BYTES} bytes`);
    return true;
  };
  let records: Record<string, Uint8Array>;
  try {
    records = unzipSync(bytes, { filter: check });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw refused(name, "another or a damaged file", cause);
  }
  return Object.fromEntries(
    Object.entries(records).map(([key, record]) => [key.replace(/\.npy$/, ""), readNpy(record, `${name}: ${key}`)]),
  );
}

/** One array: `\x93NUMPY`, version, length of the header, the header as a Python literal, then the values. */
function readNpy(bytes: Uint8Array, name: string): NamedArray {
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== "NUMPY") throw refused(name, "no array");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[6] === 1 ? 10 : 12;
  const end = start + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, end));
  const type = TYPES[/'descr':\s*'([^']*)'/.exec(header)?.[1] ?? ""];
  const axes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || axes === undefined || /'fortran_order':\s*True/.test(header)) {
    throw refused(name, `an array of another kind (${header.trim().slice(0, 80)})`);
  }
  const shape: Shape = checkShape(
    name,
    "the array",
    axes.split(",").flatMap((axis) => (axis.trim() === "" ? [] : [Number(axis)])),
  );
  const values = bytes.subarray(end);
  if (values.length !== sizeOf(shape) * VALUE_BYTES[type]) throw refused(name, `${values.length} bytes for [${shape}]`);
  return toNamedArray({ shape, type, bytes: values });
}

function refused(subject: string, got: string, cause?: unknown): InputError {
  return new InputError(
    { subject, expected: "arrays of numbers in numpy's .npz", got, todo: "Save them with numpy.savez_compressed." },
    { cause },
  );
}
