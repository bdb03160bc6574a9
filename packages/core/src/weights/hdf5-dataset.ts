import { sizeOf } from "@voxelsmith/engine";
import type { ByteReader } from "./byte-reader.ts";
import type { Hdf5Source } from "./hdf5-source.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import { checkShape, type StoredArray, VALUE_BYTES, type ValueType } from "./stored-array.ts";

/** One message of an object's header. `shared`: it stands elsewhere. */
export interface Hdf5Message {
  readonly type: number;
  readonly shared: boolean;
  readonly body: ByteReader;
}

const DATASPACE = 0x01;
const DATATYPE = 0x03;
const LAYOUT = 0x08;

export function messageOf(messages: readonly Hdf5Message[], type: number): Hdf5Message | undefined {
  return messages.find((message) => message.type === type);
}

/**
 * The values of a dataset, or undefined where the object is none.
 * @throws InputError for a type that is no real number, for chunked or compressed values, and where bytes are missing
 */
export function datasetOf(source: Hdf5Source, messages: readonly Hdf5Message[], path: string): StoredArray | undefined {
  const [space, datatype, layout] = [DATASPACE, DATATYPE, LAYOUT].map((type) => messageOf(messages, type));
  if (space === undefined || datatype === undefined || layout === undefined) return undefined;
  const type = datatype.shared ? undefined : valueType(datatype.body);
  if (type === undefined) throw unread(source, path, "a type other than little-endian integers and IEEE floats");
  const shape = checkShape(source.subject, path, extents(source, space.body, path));
  const wanted = sizeOf(shape) * VALUE_BYTES[type];
  const bytes = values(source, layout.body, path, wanted);
  if (bytes.length !== wanted) throw damagedFile(source.subject, `${path} has ${bytes.length} of ${wanted} bytes`);
  source.allowance.spend(wanted, path);
  return { shape, type, bytes: bytes.slice() };
}

/** Extents, slowest first. A null dataspace has none and one value of nothing: it does not occur among weights. */
function extents(source: Hdf5Source, body: ByteReader, path: string): readonly number[] {
  const version = body.u8();
  const rank = body.u8();
  body.skip(1); // flags: maximum extents follow, which we do not need
  const kind = body.u8(); // reserved in version 1
  if (version === 1) body.skip(4);
  else if (version !== 2 || kind === 2) throw unread(source, path, "no extents");
  return Array.from({ length: rank }, () => body.u64());
}

/** Little-endian integers of 1 to 8 bytes and floats of 2, 4 and 8 with the exponents of IEEE 754. */
function valueType(body: ByteReader): ValueType | undefined {
  const kind = body.u8() & 0x0f;
  const flags = body.u8();
  body.skip(2);
  const size = body.u32();
  const bigEndian = (flags & 1) !== 0;
  if (bigEndian) return undefined;
  if (kind === 0) {
    const signed: Readonly<Record<number, ValueType>> = { 1: "int8", 2: "int16", 4: "int32", 8: "int64" };
    return flags & 8 ? signed[size] : size === 1 ? "uint8" : undefined;
  }
  if (kind !== 1 || (flags & 0x40) !== 0) return undefined;
  body.skip(5); // bit offset, precision, place of the exponent
  const exponentBits = body.u8();
  const floats: Readonly<Record<string, ValueType>> = { "2 5": "float16", "4 8": "float32", "8 11": "float64" };
  return floats[`${size} ${exponentBits}`];
}

function values(source: Hdf5Source, body: ByteReader, path: string, wanted: number): Uint8Array {
  const version = body.u8();
  const kind = body.u8();
  if (version !== 3 && version !== 4) throw unread(source, path, `a layout of version ${version}`);
  if (kind === 0) return body.take(body.u16()); // compact: in the header itself
  if (kind !== 1) throw unread(source, path, "chunks, compressed or not");
  const address = body.u64();
  const length = body.u64();
  if (wanted === 0) return new Uint8Array();
  return source.at(address).take(length);
}

function unread(source: Hdf5Source, path: string, got: string): Error {
  const expected = `plain values in ${path}`;
  return foreignFile(source.subject, expected, got, "Save the weights with Keras's own defaults.");
}
