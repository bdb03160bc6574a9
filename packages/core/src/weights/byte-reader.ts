import { damagedFile } from "./refuse-file.ts";

/**
 * Reads a file from front to back and never beyond its end: what is missing is an InputError that says where.
 * Integers are little-endian.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly subject: string;
  at: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, subject: string, at = 0) {
    this.bytes = bytes;
    this.subject = subject;
    this.at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves on by `count` bytes and says where they began. */
  skip(count: number): number {
    const from = this.at;
    if (!Number.isSafeInteger(count) || count < 0 || from + count > this.bytes.length) {
      throw damagedFile(this.subject, `it has ${this.bytes.length} bytes, and ${count} should follow byte ${from}`);
    }
    this.at = from + count;
    return from;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  /** Sizes and addresses; above 2^53 they are Infinity, which nothing can hold. */
  u64(): number {
    const value = this.#view.getBigUint64(this.skip(8), true);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.POSITIVE_INFINITY;
  }

  /** Pickle's floats, the one thing in it that is big-endian. */
  f64BigEndian(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** A view of the file, not a copy. */
  take(count: number): Uint8Array {
    const from = this.skip(count);
    return this.bytes.subarray(from, from + count);
  }

  text(count: number): string {
    return new TextDecoder().decode(this.take(count));
  }

  /** Up to the line's end, which is left out. */
  line(limit: number): string {
    const end = this.bytes.subarray(this.at, this.at + limit + 1).indexOf(0x0a);
    if (end < 0) throw damagedFile(this.subject, `no end of the line at byte ${this.at}`);
    const line = this.text(end);
    this.skip(1);
    return line;
  }
}
