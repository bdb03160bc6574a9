import { type Shape, sizeOf } from "./shape.ts";

/** One array with its shape. */
export interface NamedArray {
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface Safetensors {
  readonly tensors: Readonly<Record<string, NamedArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that are not what the format promises. */
export class SafetensorsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SafetensorsError";
  }
}

interface Entry {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data_offsets: readonly [number, number];
}

const HEADER_LIMIT = 100_000_000;

/**
 * The safetensors format: 8 bytes little-endian header length, a JSON header, then the raw little-endian values.
 * Names are sorted, so that equal weights give equal bytes. https://github.com/huggingface/safetensors
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, NamedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort();
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: metadata };
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors[name];
    if (data.length !== sizeOf(shape)) throw new SafetensorsError(`${name}: ${data.length} values for [${shape}]`);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 8) * 8; // values start aligned, as the reference writer does
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const name of names) {
    const { data } = tensors[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads float32 safetensors; anything else is an error that says what is wrong. */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw new SafetensorsError(`safetensors: ${bytes.length} bytes, too few for a header`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > HEADER_LIMIT || 8 + length > bytes.length) {
    throw new SafetensorsError(
      `safetensors: header of ${length} bytes in a file of ${bytes.length}; the file is cut or damaged`,
    );
  }
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, 8 + length));
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw new SafetensorsError("safetensors: __metadata__ is not a map of texts");
  }
  const body = bytes.subarray(8 + length);
  const tensors = Object.entries(entries).map(([name, entry]) => [name, decodeEntry(name, entry, body)] as const);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SafetensorsError("safetensors: the header is not JSON");
  }
  if (!isRecord(header)) throw new SafetensorsError("safetensors: the header is not a JSON object");
  return header;
}

function decodeEntry(name: string, entry: unknown, body: Uint8Array): NamedArray {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (dtype !== "F32") throw new SafetensorsError(`safetensors: ${name} is ${dtype}, only F32 is read`);
  const isCounts = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.every((count) => Number.isInteger(count) && count >= 0);
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(`safetensors: ${name} has no proper shape and data_offsets`);
  }
  const [from, to] = offsets;
  if (to > body.length || to - from !== 4 * sizeOf(shape)) {
    throw new SafetensorsError(
      `safetensors: ${name} [${shape}] does not fit its bytes ${from}..${to} of ${body.length}`,
    );
  }
  return { shape, data: new Float32Array(new Uint8Array(body.subarray(from, to)).buffer) }; // a copy, aligned
}
