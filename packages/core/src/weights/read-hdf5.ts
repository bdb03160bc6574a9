import { ByteReader } from "./byte-reader.ts";
import { datasetOf, type Hdf5Message } from "./hdf5-dataset.ts";
import { groupLinks } from "./hdf5-group.ts";
import { Hdf5Source } from "./hdf5-source.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import type { StoredArray } from "./stored-array.ts";

const DEPTH_LIMIT = 32;

/**
 * Datasets of an HDF5 file by path, as they are stored; with `under`, only those of that group, where there is one.
 *
 * Reads what Keras writes: groups as symbol tables or compact links, contiguous or compact values of real types.
 * Chunked or compressed datasets and dense groups are refused by name. Attributes and soft links are not followed.
 * Source: the HDF5 File Format Specification, version 3.0.
 * @throws InputError for damage and for what is not read
 */
export function readHdf5(bytes: Uint8Array, subject: string, under?: string): ReadonlyMap<string, StoredArray> {
  const source = new Hdf5Source(bytes, subject);
  const found = new Map<string, StoredArray>();
  const visit = (address: number, path: string, depth: number): void => {
    if (depth > DEPTH_LIMIT) throw damagedFile(subject, `its groups nest deeper than ${DEPTH_LIMIT}`);
    const messages = objectMessages(source, address);
    const data = datasetOf(source, messages, path);
    if (data !== undefined) {
      found.set(path, data);
      return;
    }
    const links = groupLinks(source, messages, path);
    const chosen = depth === 0 && under !== undefined && links.has(under) ? [under] : [...links.keys()];
    for (const name of chosen) {
      visit(
        links.get(name) ?? 0,
        depth === 0 ? (name === under ? "" : name) : path === "" ? name : `${path}/${name}`,
        depth + 1,
      );
    }
  };
  visit(rootAddress(source), "", 0);
  return found;
}

/** Address of the root group's header, from the superblock. */
function rootAddress(source: Hdf5Source): number {
  const reader = source.at(8); // behind the signature
  const version = reader.u8();
  if (![0, 1, 2, 3].includes(version)) throw damagedFile(source.subject, `an HDF5 superblock of version ${version}`);
  const old = version < 2;
  if (old) reader.skip(4); // versions of parts, reserved
  const [offsetBytes, lengthBytes] = [reader.u8(), reader.u8()];
  if (offsetBytes !== 8 || lengthBytes !== 8) {
    const got = `${offsetBytes} and ${lengthBytes} bytes`;
    throw foreignFile(source.subject, "HDF5 with 8-byte addresses and lengths", got, "Save it again with h5py.");
  }
  reader.skip(old ? (version === 1 ? 13 : 9) : 1); // sizes of trees, flags
  const base = reader.u64();
  reader.skip(8); // free space or extension
  const end = reader.u64();
  if (base !== 0)
    throw foreignFile(
      source.subject,
      "HDF5 from the file's first byte",
      "one with a user block",
      "Remove it with h5unjam.",
    );
  if (end > source.bytes.length) throw damagedFile(source.subject, `it has ${source.bytes.length} of ${end} bytes`);
  if (old) reader.skip(16); // driver, name of the root
  return reader.u64();
}

/** The messages of an object's header, both versions, continuation blocks included. */
function objectMessages(source: Hdf5Source, address: number): readonly Hdf5Message[] {
  const reader = source.at(address);
  const version1 = source.bytes[address] === 1;
  const blocks: [from: number, length: number][] = [];
  let entrySize = 8; // header of a message
  if (version1) {
    reader.skip(8); // version, count of messages, references
    const length = reader.u32();
    reader.skip(4); // alignment
    blocks.push([reader.at, length]);
  } else {
    source.expect(reader, "OHDR");
    reader.skip(1);
    const flags = reader.u8();
    reader.skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0)); // times, limits of attributes
    const width = flags & 3;
    const length = width === 0 ? reader.u8() : width === 1 ? reader.u16() : width === 2 ? reader.u32() : reader.u64();
    entrySize = flags & 4 ? 6 : 4;
    blocks.push([reader.at, length]);
  }
  const messages: Hdf5Message[] = [];
  for (const [from, length] of blocks) {
    const block = source.at(from);
    block.take(length); // it must lie in the file
    block.at = from;
    while (from + length - block.at >= entrySize) {
      const type = version1 ? block.u16() : block.u8();
      const size = block.u16();
      const flags = block.u8();
      block.skip(entrySize - (version1 ? 5 : 4));
      const body = new ByteReader(block.take(size), source.subject);
      if (type === CONTINUATION) blocks.push(continuation(source, body, version1));
      else messages.push({ type, shared: (flags & 2) !== 0, body });
    }
  }
  return messages;
}

const CONTINUATION = 0x10;

/** Where the header goes on; in version 2 between a signature and a checksum. */
function continuation(source: Hdf5Source, body: ByteReader, version1: boolean): [from: number, length: number] {
  const [from, length] = [body.u64(), body.u64()];
  if (version1) return [from, length];
  source.expect(source.at(from), "OCHK");
  return [from + 4, length - 8];
}
