import { type Hdf5Message, messageOf } from "./hdf5-dataset.ts";
import type { Hdf5Source } from "./hdf5-source.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";

const LINK_INFO = 0x02;
const LINK = 0x06;
const SYMBOL_TABLE = 0x11;
const NO_ADDRESS = Number.POSITIVE_INFINITY; // all bits set

/**
 * Names and header addresses of a group's members: from the symbol table of HDF5 1.6 (what h5py writes by default) or
 * from link messages. Soft and external links are left out, so that a file can point at itself only, and not at
 * others.
 */
export function groupLinks(
  source: Hdf5Source,
  messages: readonly Hdf5Message[],
  path: string,
): ReadonlyMap<string, number> {
  const links = new Map<string, number>();
  const table = messageOf(messages, SYMBOL_TABLE)?.body;
  if (table !== undefined) {
    const tree = table.u64();
    const heap = source.at(table.u64());
    source.expect(heap, "HEAP");
    heap.skip(4);
    const size = heap.u64();
    heap.skip(8); // free list
    const names = source.at(heap.u64()).take(size);
    treeLinks(source, tree, names, links, undefined);
  }
  for (const { type, body } of messages) {
    if (type === LINK) {
      const [name, address] = linkMessage(source, body);
      if (address !== undefined) links.set(name, address);
    }
    if (type === LINK_INFO) {
      body.skip(1);
      body.skip(body.u8() & 1 ? 8 : 0); // creation order
      if (body.u64() !== NO_ADDRESS) {
        const todo = "Save the weights with Keras's own defaults.";
        throw foreignFile(source.subject, "groups as h5py writes them by default", `the dense group "${path}"`, todo);
      }
    }
  }
  return links;
}

/**
 * A B-tree of version 1: inner nodes of nodes, leaves of symbol tables. Levels must go down by one, so there are no
 * loops.
 */
function treeLinks(
  source: Hdf5Source,
  address: number,
  names: Uint8Array,
  links: Map<string, number>,
  level: number | undefined,
): void {
  const node = source.at(address);
  source.expect(node, "TREE");
  const type = node.u8();
  const own = node.u8();
  if (type !== 0 || own !== (level ?? own))
    throw damagedFile(source.subject, `the tree at byte ${address} is out of order`);
  const entries = node.u16();
  node.skip(16); // siblings
  for (let i = 0; i < entries; i++) {
    node.skip(8); // key
    const child = node.u64();
    if (own > 0) treeLinks(source, child, names, links, own - 1);
    else symbolTable(source, child, names, links);
  }
}

function symbolTable(source: Hdf5Source, address: number, names: Uint8Array, links: Map<string, number>): void {
  const table = source.at(address);
  source.expect(table, "SNOD");
  table.skip(2);
  const symbols = table.u16();
  for (let i = 0; i < symbols; i++) {
    const nameAt = table.u64();
    const header = table.u64();
    const kind = table.u32();
    table.skip(20); // reserved, scratch
    const end = nameAt < names.length ? names.indexOf(0, nameAt) : -1;
    if (end < 0) throw damagedFile(source.subject, `a name is missing in the group at byte ${address}`);
    if (kind < 2) links.set(new TextDecoder().decode(names.subarray(nameAt, end)), header); // 2: a soft link
  }
}

function linkMessage(
  source: Hdf5Source,
  body: Hdf5Message["body"],
): readonly [name: string, address: number | undefined] {
  if (body.u8() !== 1) throw damagedFile(source.subject, "a link of an unknown version");
  const flags = body.u8();
  const type = flags & 8 ? body.u8() : 0;
  body.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0)); // creation order, character set
  const width = flags & 3;
  const length = width === 0 ? body.u8() : width === 1 ? body.u16() : width === 2 ? body.u32() : body.u64();
  const name = body.text(length);
  return [name, type === 0 ? body.u64() : undefined];
}
