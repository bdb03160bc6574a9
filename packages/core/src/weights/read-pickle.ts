import type { ByteReader } from "./byte-reader.ts";
import { isPickleObject, type KnownGlobal, type PickleDict, type PickleValue } from "./pickle-values.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";
import { Allowance } from "./stored-array.ts";

/** What a pickle may name: everything else is refused by name. */
export interface PickleNames {
  readonly globals: ReadonlyMap<string, KnownGlobal>;
  /** The object behind a persistent id; torch keeps its storages so. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

const NESTING_LIMIT = 1000;
const LINE_LIMIT = 1000;
/** Bytes of an integer: far more than any honest file needs, few enough that making a bigint of it costs nothing. */
const LONG_LIMIT = 256;

/**
 * Reads one pickle of `reader` up to its STOP and leaves the reader behind it. It is a small strict machine for the
 * opcodes that torch writes with protocols 2 to 5: it builds plain values and the few known globals, and executes
 * nothing. An unknown global is refused when it is NAMED, not only when it would be called.
 *
 * Every opcode makes at most one value and values are shared, never copied, so memory grows with the file's bytes
 * alone; copies (a set of a list) are paid for from an `Allowance`. Source: CPython's Lib/pickletools.py.
 * @throws InputError for an unknown global or opcode, and for damage
 */
export function readPickle(reader: ByteReader, names: PickleNames): PickleValue {
  return new PickleMachine(reader, names).run();
}

class PickleMachine {
  readonly #reader: ByteReader;
  readonly #names: PickleNames;
  readonly #allowance: Allowance;
  readonly #memo = new Map<number, PickleValue>();
  readonly #marks: PickleValue[][] = [];
  #stack: PickleValue[] = [];

  constructor(reader: ByteReader, names: PickleNames) {
    this.#reader = reader;
    this.#names = names;
    this.#allowance = new Allowance(reader.subject, reader.bytes.length);
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#reader.u8();
      if (opcode === STOP) return this.#pop();
      const value = this.#literal(opcode);
      if (value !== undefined) this.#stack.push(value);
      else if (!this.#arrange(opcode) && !this.#collect(opcode) && !this.#call(opcode)) {
        throw this.#damaged(`the pickle has the opcode 0x${opcode.toString(16)} at byte ${this.#reader.at - 1}`);
      }
    }
  }

  /** Opcodes that push a value of their own. */
  #literal(opcode: number): PickleValue | undefined {
    const reader = this.#reader;
    // biome-ignore format: one line for each opcode
    switch (opcode) {
      case 0x4e: return null; // NONE
      case 0x88: return true; // NEWTRUE
      case 0x89: return false; // NEWFALSE
      case 0x4a: return reader.i32(); // BININT
      case 0x4b: return reader.u8(); // BININT1
      case 0x4d: return reader.u16(); // BININT2
      case 0x8a: return this.#long(reader.u8()); // LONG1
      case 0x8b: return this.#long(reader.u32()); // LONG4
      case 0x47: return reader.f64BigEndian(); // BINFLOAT
      case 0x58: return reader.text(reader.u32()); // BINUNICODE
      case 0x8c: return reader.text(reader.u8()); // SHORT_BINUNICODE
      case 0x8d: return reader.text(reader.u64()); // BINUNICODE8
      case 0x54: return reader.text(reader.u32()); // BINSTRING, Python 2
      case 0x55: return reader.text(reader.u8()); // SHORT_BINSTRING, Python 2
      case 0x42: return reader.take(reader.u32()); // BINBYTES
      case 0x43: return reader.take(reader.u8()); // SHORT_BINBYTES
      case 0x8e: return reader.take(reader.u64()); // BINBYTES8
      case 0x7d: return new Map(); // EMPTY_DICT
      case 0x5d: return []; // EMPTY_LIST
      case 0x29: return []; // EMPTY_TUPLE
      case 0x8f: return new Set(); // EMPTY_SET
      default: return undefined;
    }
  }

  /** Opcodes of the stack and the memo. */
  #arrange(opcode: number): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case 0x80: // PROTO
        if (reader.u8() > 5) throw this.#damaged("the pickle has a protocol above 5");
        return true;
      case 0x95: // FRAME: its length says nothing that the opcodes do not
        reader.skip(8);
        return true;
      case 0x28: // MARK
        if (this.#marks.length >= NESTING_LIMIT) throw this.#damaged(`the pickle nests deeper than ${NESTING_LIMIT}`);
        this.#marks.push(this.#stack);
        this.#stack = [];
        return true;
      case 0x30: // POP
        this.#pop();
        return true;
      case 0x71: // BINPUT
        this.#memo.set(reader.u8(), this.#top());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memo.set(reader.u32(), this.#top());
        return true;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 0x68: // BINGET
        this.#stack.push(this.#remembered(reader.u8()));
        return true;
      case 0x6a: // LONG_BINGET
        this.#stack.push(this.#remembered(reader.u32()));
        return true;
      default:
        return false;
    }
  }

  /** Opcodes that gather what is on the stack into tuples, lists, dicts and sets. */
  #collect(opcode: number): boolean {
    switch (opcode) {
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#stack.push(this.#popMany(opcode - 0x84));
        return true;
      case 0x74: {
        // TUPLE
        const items = this.#popMark();
        this.#stack.push(items);
        return true;
      }
      case 0x61: // APPEND
        this.#append([this.#pop()]);
        return true;
      case 0x65: // APPENDS
        this.#append(this.#popMark());
        return true;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        return true;
      case 0x75: // SETITEMS
        this.#setItems(this.#popMark());
        return true;
      case 0x90: {
        // ADDITEMS
        const items = this.#popMark();
        const set = this.#top();
        if (!(set instanceof Set)) throw this.#damaged("the pickle adds members to what is no set");
        for (const item of items) set.add(item);
        return true;
      }
      default:
        return false;
    }
  }

  /** Opcodes that name something: here, and only here, a file could ask for anything. */
  #call(opcode: number): boolean {
    switch (opcode) {
      case 0x63: // GLOBAL
        this.#stack.push(this.#global(this.#reader.line(LINE_LIMIT), this.#reader.line(LINE_LIMIT)));
        return true;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        if (typeof module !== "string" || typeof name !== "string") throw this.#damaged("a global without a name");
        this.#stack.push(this.#global(module, name));
        return true;
      }
      case 0x52: {
        // REDUCE
        const [callee, args] = this.#popMany(2);
        if (!isPickleObject(callee) || callee.kind !== "global" || !Array.isArray(args)) {
          throw this.#damaged("the pickle calls what is no function");
        }
        const { name, build } = callee as KnownGlobal;
        if (build === undefined) throw this.#damaged(`the pickle calls ${name}`);
        this.#allowance.spend(
          8 * args.reduce<number>((sum, arg) => sum + lengthOf(arg), 0),
          "values copied in the pickle",
        );
        this.#stack.push(build(args));
        return true;
      }
      case 0x62: // BUILD: attributes, such as an OrderedDict's `_metadata`; nothing of ours has any
        this.#pop();
        if (!(this.#top() instanceof Map)) throw this.#damaged("the pickle sets attributes of what is no dict");
        return true;
      case 0x51: // BINPERSID
        this.#stack.push(this.#names.persistent(this.#pop()));
        return true;
      default:
        return false;
    }
  }

  #global(module: string, name: string): KnownGlobal {
    const known = this.#names.globals.get(`${module} ${name}`);
    if (known !== undefined) return known;
    throw foreignFile(
      this.#reader.subject,
      "tensors in plain dicts and lists",
      `the global "${printable(module)} ${printable(name)}", which is refused and was not called`,
      "Use a file that holds a state_dict alone, or do not trust this one.",
    );
  }

  #long(length: number): number | bigint {
    if (length > LONG_LIMIT) throw this.#damaged(`the pickle has an integer of ${length} bytes`);
    const bytes = this.#reader.take(length);
    const hex = [...bytes].reverse().map((byte) => byte.toString(16).padStart(2, "0"));
    const value = BigInt.asIntN(8 * length, BigInt(`0x0${hex.join("")}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #append(items: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#damaged("the pickle appends to what is no list");
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 !== 0)
      throw this.#damaged("the pickle sets items of what is no dict");
    for (let i = 0; i < items.length; i += 2) (dict as PickleDict).set(items[i], items[i + 1]);
  }

  #popMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#marks.pop();
    if (below === undefined) throw this.#damaged("the pickle closes what it did not open");
    this.#stack = below;
    return items;
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.#damaged("the pickle takes values that it did not make");
    return this.#stack.splice(this.#stack.length - count, count);
  }

  #pop(): PickleValue {
    return this.#popMany(1)[0];
  }

  #top(): PickleValue {
    if (this.#stack.length === 0) throw this.#damaged("the pickle takes a value that it did not make");
    return this.#stack[this.#stack.length - 1];
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#damaged(`the pickle refers to value ${index}, which it did not make`);
    return value;
  }

  #damaged(got: string): Error {
    return damagedFile(this.#reader.subject, got);
  }
}

const STOP = 0x2e;

function lengthOf(value: PickleValue): number {
  if (typeof value === "string" || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 0;
}

/** A name of a hostile file goes into our message: no control characters, no novel. */
function printable(name: string): string {
  return name.slice(0, 80).replace(/[^\x20-\x7e]/g, "?");
}
