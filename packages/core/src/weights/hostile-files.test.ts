import { encodeSafetensors } from "@voxelsmith/engine";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { readWeights } from "./read-weights.ts";

// Files made by hand to ask for more than they are worth: each must be refused at once, in one line.

const text = (value: string): number[] => [0x58, ...int32(value.length), ...strToU8(value)]; // BINUNICODE
const global = (module: string, name: string): number[] => [0x63, ...strToU8(`${module}\n${name}\n`)];
const int32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
const int = (value: number): number[] => [0x4a, ...int32(value)];
const tuple = (...items: readonly (readonly number[])[]): number[] => [0x28, ...items.flat(), 0x74];
const storage = (key: string, values: number): number[] => [
  ...tuple(text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"), int(values)),
  0x51, // BINPERSID
];
const tensor = (
  key: string,
  values: number,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): number[] => [
  ...global("torch._utils", "_rebuild_tensor_v2"),
  ...tuple(storage(key, values), int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), [0x89], [0x4e]),
  0x52, // REDUCE
];
/** `{ name: value, ... }` */
const dict = (entries: Readonly<Record<string, readonly number[]>>): number[] => [
  ...[0x7d, 0x28],
  ...Object.entries(entries).flatMap(([name, value]) => [...text(name), ...value]),
  0x75,
];
const checkpoint = (
  pickle: readonly number[],
  records: Readonly<Record<string, Uint8Array>> = {},
  level: 0 | 6 = 0,
): Uint8Array => {
  const entries = Object.entries(records).map(([key, bytes]) => [`archive/data/${key}`, bytes]);
  return zipSync(
    { "archive/data.pkl": Uint8Array.from([0x80, 2, ...pickle, 0x2e]), ...Object.fromEntries(entries) },
    { level },
  );
};
const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

function refusal(bytes: Uint8Array): string {
  const before = process.memoryUsage().rss;
  const start = process.cpuUsage();
  let message = "nothing was refused";
  try {
    readWeights(bytes, "hostile");
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    message = (error as InputError).message;
  }
  expect(message).toMatch(/^hostile: [^\n]+$/);
  expect(process.cpuUsage(start).user).toBeLessThan(5e6); // microseconds
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  return message;
}

describe("hostile checkpoints made by hand", () => {
  it("the honest one beside them is read", () => {
    const bytes = checkpoint(dict({ w: tensor("0", 4, 1, [3], [1]) }), { 0: four });
    expect(readWeights(bytes, "honest").w).toEqual({ shape: [3], data: Float32Array.of(2, 3, 4) });
  });

  it.each([
    ["a window beyond the storage", tensor("0", 4, 2, [3], [1]), /w \[3\] reaches value 4 of storage 0, which holds 4/],
    ["a window before the storage", tensor("0", 4, -1, [1], [1]), /without storage, sizes and strides/],
    ["one value stretched over everything", tensor("0", 4, 0, [2 ** 30, 2], [0, 0]), /far more memory/],
    ["a shape beyond all numbers", tensor("0", 4, 0, [2 ** 30, 2 ** 30, 2 ** 30], [0, 0, 0]), /has the shape/],
    ["as many axes as there are sizes", tensor("0", 4, 0, Array(40).fill(1), Array(40).fill(1)), /has the shape/],
    ["sizes without strides", tensor("0", 4, 0, [2, 2], [1]), /without storage, sizes and strides/],
    ["a storage of the wrong size", tensor("0", 5, 0, [1], [1]), /storage 0 has 16 bytes where the pickle says 20/],
    [
      "a storage named as an object's own property",
      tensor("__proto__", 4, 0, [1], [1]),
      /storage __proto__ is missing/,
    ],
  ])("%s", (_, value, message) => {
    expect(refusal(checkpoint(dict({ w: value }), { 0: four }))).toMatch(message);
  });

  it("the same bytes a hundred thousand times", () => {
    const big = new Uint8Array(400_000);
    const ref = tensor("0", 100_000, 0, [100_000], [1]);
    const names = Array.from({ length: 20_000 }, (_, i) => [...text(`w${i}`), 0x68, 0]).flat(); // BINGET 0
    const pickle = [...ref, 0x71, 0, 0x30, 0x7d, 0x28, ...names, 0x75]; // BINPUT 0, POP
    expect(refusal(checkpoint(pickle, { 0: big }))).toMatch(/far more memory/);
  });

  it.each([
    ["a pickle that copies one list again and again", copies(), /far more memory/],
    ["lists nested without end", Array(100_000).fill(0x28), /nests deeper/],
    ["an integer of four billion digits", [0x8b, 0xff, 0xff, 0xff, 0xff], /an integer of 4294967295 bytes/],
    ["a text longer than the file", [0x58, 0xff, 0xff, 0xff, 0x7f], /should follow byte/],
    ["a value from an empty stack", [0x30], /did not make/],
    ["a value that was never remembered", [0x68, 9], /did not make/],
    ["an opcode for objects of any class", [...global("collections", "OrderedDict"), 0x29, 0x81], /opcode 0x81/],
    ["a tensor's type, called", [...global("torch", "FloatStorage"), 0x29, 0x52], /calls torch FloatStorage/],
    [
      "a global with no name of ours",
      global("numpy.core.multiarray", "_reconstruct"),
      /"numpy.core.multiarray _reconstruct"/,
    ],
    ["a global with a name that would break the line", global("os\u001b[2J", "x\u0007"), /"os\?\[2J x\?"/],
    ["a global put together on the stack", [...text("os"), ...text("system"), 0x93], /global "os system"/],
    ["a number", int(7), /without one|tensors by name/],
  ])("%s", (_, pickle, message) => {
    expect(refusal(checkpoint(pickle))).toMatch(message);
  });

  it("dicts that hold each other do not run forever", () => {
    // d = {}; then eight dicts, each of which holds the one before a hundred times.
    let value = [0x7d];
    for (let level = 0; level < 8; level++) {
      const keys = Array.from({ length: 100 }, (_, i) => [...text(`k${i}`), 0x68, level]).flat();
      value = [...value, 0x71, level, 0x30, 0x7d, 0x28, ...keys, 0x75];
    }
    expect(refusal(checkpoint(value))).toMatch(/hold each other/);
  });

  it("a key named __proto__ is a name like any other", () => {
    const bytes = checkpoint(dict({ ["__proto__"]: dict({ w: tensor("0", 4, 0, [4], [1]) }) }), { 0: four });
    expect(Object.keys(readWeights(bytes, "proto"))).toEqual(["__proto__.w"]);
    expect(({} as Record<string, unknown>).w).toBeUndefined();
  });

  it("a zip bomb", () => {
    const bomb = checkpoint(dict({ w: tensor("0", 2_500_000, 0, [1], [1]) }), { 0: new Uint8Array(10_000_000) }, 6);
    expect(bomb.length).toBeLessThan(20_000);
    expect(refusal(bomb)).toMatch(/compressed record "archive\/data/);
  });

  it("a zip that claims four billion records", () => {
    const bytes = checkpoint(dict({ w: tensor("0", 4, 0, [4], [1]) }), { 0: four });
    const end = bytes.length - 22; // its last record: signature, disks, counts, ...
    const wide = new Uint8Array(end + 56 + 20 + 22);
    const view = new DataView(wide.buffer);
    wide.set(bytes.subarray(0, end));
    view.setUint32(end, 0x06064b50, true); // zip64: end of the list of records
    view.setUint32(end + 32, 0xfffffff0, true); // their count
    view.setBigUint64(end + 48, BigInt(new DataView(bytes.buffer).getUint32(end + 16, true)), true);
    view.setUint32(end + 56, 0x07064b50, true); // where that stands
    view.setBigUint64(end + 64, BigInt(end), true);
    view.setUint32(end + 76, 0x06054b50, true);
    view.setUint16(end + 84, 0xffff, true);
    view.setUint32(end + 92, 0xffffffff, true);
    expect(refusal(wide)).toMatch(/there twice|list of records/);
  });

  it.each([
    ["nothing", new Uint8Array(), /an empty file/],
    ["noise", Uint8Array.from({ length: 1000 }, (_, i) => (i * 37 + 11) % 251), /some other format/],
    ["a web page", strToU8("\n <html><body>Sign in</body></html>"), /a web page/],
    ["a Git LFS pointer", strToU8("version https://git-lfs.github.com/spec/v1\noid sha256:0"), /a Git LFS pointer/],
    ["another zip", zipSync({ "mimetype.txt": four }, { level: 0 }), /a zip of mimetype.txt/],
    ["another pickle", Uint8Array.from([0x80, 2, 0x4b, 1, 0x2e]), /some other pickle/],
    [
      "cut safetensors",
      encodeSafetensors({ w: { shape: [4], data: new Float32Array(4) } }).subarray(0, -3),
      /does not fit/,
    ],
  ])("%s in place of weights", (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });
});

/** A list of 65,000 numbers, made a set ten thousand times over. */
function copies(): number[] {
  const list = [0x5d, 0x28, ...Array(65_000).fill([0x4b, 1]).flat(), 0x65, 0x71, 0, 0x30];
  const set = [...global("builtins", "set"), 0x71, 1, 0x30];
  return [...list, ...set, 0x5d, 0x28, ...Array(10_000).fill([0x68, 1, 0x68, 0, 0x85, 0x52]).flat(), 0x65];
}

describe("hostile HDF5 made by hand", () => {
  /** Superblock 0, a root whose symbol table is the tree at byte 300, names at 250. */
  function file(length: number): { bytes: Uint8Array; view: DataView } {
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
    bytes.set([8, 8], 13); // bytes of addresses and lengths
    view.setBigUint64(40, BigInt(length), true); // end of the file
    view.setBigUint64(64, 200n, true); // header of the root
    bytes[200] = 1;
    view.setUint32(208, 24, true);
    view.setUint16(216, 0x11, true); // a symbol table
    view.setUint16(218, 16, true);
    view.setBigUint64(224, 300n, true);
    view.setBigUint64(232, 250n, true);
    bytes.set(strToU8("HEAP"), 250);
    view.setBigUint64(258, 8n, true);
    view.setBigUint64(274, 284n, true);
    bytes.set(strToU8("a"), 284);
    return { bytes, view };
  }

  function tree(
    { bytes, view }: ReturnType<typeof file>,
    at: number,
    level: number,
    children: readonly number[],
  ): void {
    bytes.set(strToU8("TREE"), at);
    bytes[at + 5] = level;
    view.setUint16(at + 6, children.length, true);
    for (const [i, child] of children.entries()) view.setBigUint64(at + 32 + 16 * i, BigInt(child), true);
  }

  it("a tree that doubles on each of forty levels", () => {
    const made = file(4096);
    for (let level = 40; level >= 0; level--) {
      const at = 300 + (40 - level) * 64;
      tree(made, at, level, level === 0 ? [] : [at + 64, at + 64]);
    }
    expect(refusal(made.bytes)).toMatch(/point at each other without end/);
  });

  it("a group that holds itself", () => {
    const made = file(1024);
    tree(made, 300, 0, [400]);
    made.bytes.set(strToU8("SNOD"), 400);
    made.view.setUint16(406, 1, true);
    made.view.setBigUint64(416, 200n, true); // the root
    expect(refusal(made.bytes)).toMatch(/nest deeper than/);
  });

  it.each([
    [
      "a cut file",
      (made: ReturnType<typeof file>) => made.view.setBigUint64(40, 5000n, true),
      /it has 1024 of 5000 bytes/,
    ],
    [
      "no address",
      (made: ReturnType<typeof file>) => made.view.setBigUint64(64, 2n ** 64n - 1n, true),
      /should follow byte/,
    ],
    [
      "a header as long as memory",
      (made: ReturnType<typeof file>) => made.view.setUint32(208, 2 ** 31, true),
      /should follow byte/,
    ],
    ["an empty root", (made: ReturnType<typeof file>) => tree(made, 300, 0, []), /HDF5 without any/],
  ])("%s", (_, change, message) => {
    const made = file(1024);
    change(made);
    expect(refusal(made.bytes)).toMatch(message);
  });
});
