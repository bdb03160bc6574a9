import { ByteReader } from "./byte-reader.ts";
import { damagedFile } from "./refuse-file.ts";
import { Allowance } from "./stored-array.ts";

const BLOCK_LIMIT = 100_000;

/**
 * One HDF5 file that is being read. Every address that is followed is counted, so that loops and trees of loops end.
 */
export class Hdf5Source {
  readonly bytes: Uint8Array;
  readonly subject: string;
  readonly allowance: Allowance;
  #blocks = 0;

  constructor(bytes: Uint8Array, subject: string) {
    this.bytes = bytes;
    this.subject = subject;
    this.allowance = new Allowance(subject, bytes.length);
  }

  /** A reader at an address of the file. */
  at(address: number): ByteReader {
    if (++this.#blocks > BLOCK_LIMIT) throw damagedFile(this.subject, "its blocks point at each other without end");
    const reader = new ByteReader(this.bytes, this.subject);
    reader.skip(address);
    return reader;
  }

  /** Refuses a block that does not begin with its signature. */
  expect(reader: ByteReader, signature: string): void {
    const at = reader.at;
    if (reader.text(signature.length) !== signature)
      throw damagedFile(this.subject, `no ${signature} block at byte ${at}`);
  }
}
