import { Gunzip } from "fflate";
import { InputError } from "../errors.ts";

/** Compressed bytes given to the decoder at once; deflate makes at most 1,032 bytes of each. */
const CHUNK = 16 * 1024;
/** Bytes behind the ones asked for that are still checked; a file with more is refused, not inflated for minutes. */
const MOST_TRAILING_BYTES = 64 * 1024 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The first `length` bytes of what is compressed (fewer where there are fewer), without inflating the rest. */
export function gunzipStart(bytes: Uint8Array, length: number, name: string): Uint8Array {
  const start = new Uint8Array(length);
  let filled = 0;
  const decoder = new Gunzip((chunk) => {
    const kept = chunk.subarray(0, length - filled);
    start.set(kept, filled);
    filled += kept.length;
  });
  for (let at = 0; at < bytes.length && filled < length; at += CHUNK) {
    push(decoder, bytes.subarray(at, at + CHUNK), false, name);
  }
  return start.subarray(0, filled);
}

/**
 * The first `length` bytes of what is compressed, after inflating and checking all of it. Memory grows with what is
 * really there, so that a header that lies about its size cannot ask for more.
 *
 * `gunzipSync` of fflate checks neither the CRC nor the length, allocates what the last four bytes claim, and reads
 * the first member only; files written in blocks (bgzip, some pigz) have many.
 */
export function gunzip(bytes: Uint8Array, length: number, name: string): Uint8Array {
  let output = new Uint8Array(Math.min(length, 1024 * 1024));
  let filled = 0;
  let total = 0;
  let memberStart = 0;
  let crc = -1;
  const decoder = new Gunzip((chunk) => {
    crc = updateCrc(crc, chunk);
    total += chunk.length;
    const kept = chunk.subarray(0, length - filled);
    if (filled + kept.length > output.length) {
      const larger = new Uint8Array(Math.min(length, Math.max(2 * output.length, filled + kept.length)));
      larger.set(output);
      output = larger;
    }
    output.set(kept, filled);
    filled += kept.length;
  });
  // A member ends with its CRC-32 and its length modulo 2^32 (RFC 1952).
  const checkMember = (end: number): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + end - 8, 8);
    if (view.getUint32(0, true) !== ~crc >>> 0 || view.getUint32(4, true) !== (total - memberStart) % 2 ** 32) {
      throw damaged(name, "its checksum does not match its content");
    }
    memberStart = total;
    crc = -1;
  };
  decoder.onmember = checkMember;
  for (let at = 0; at < bytes.length; at += CHUNK) {
    push(decoder, bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length, name);
    if (total > length + MOST_TRAILING_BYTES) throw damaged(name, "it goes on far behind the end of the image");
  }
  checkMember(bytes.length);
  return output.subarray(0, filled);
}

function push(decoder: Gunzip, chunk: Uint8Array, final: boolean, name: string): void {
  try {
    decoder.push(chunk, final);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw damaged(name, error instanceof Error ? error.message : String(error), error);
  }
}

function damaged(name: string, reason: string, cause?: unknown): InputError {
  return new InputError(
    {
      subject: name,
      expected: "a complete gzip file",
      got: `a damaged one (${reason})`,
      todo: "Copy or download it again.",
    },
    { cause },
  );
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 as gzip uses it; begin with -1, and the checksum is the complement of the last result. */
function updateCrc(crc: number, bytes: Uint8Array): number {
  let value = crc;
  for (let index = 0; index < bytes.length; index++) value = CRC_TABLE[(value ^ bytes[index]) & 255] ^ (value >>> 8);
  return value;
}
