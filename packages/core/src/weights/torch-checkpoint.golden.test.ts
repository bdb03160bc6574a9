import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { readWeights } from "./read-weights.ts";
import { readTorchLegacy, readTorchZip, type TorchCheckpoint } from "./torch-checkpoint.ts";
import { stateDict } from "./torch-state-dict.ts";

// Written by torch itself from random numbers; kept outside the repository with their source.
const FOLDER = fileURLToPath(new URL("../../../../../shared/data/golden/torch-checkpoints/", import.meta.url));
const present = existsSync(`${FOLDER}expected.json`);
if (!present) console.log(`Skipped the torch checkpoints: not at ${FOLDER}`);

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}${name}`));
const json = (name: string) => (present ? JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8")) : {});

function open(name: string): TorchCheckpoint {
  const bytes = bytesOf(name);
  return bytes[0] === 0x80 ? readTorchLegacy(bytes, name) : readTorchZip(bytes, name);
}

interface Fixture {
  readonly files: readonly string[];
  readonly state_dict: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly dtype: string; readonly sha256_raw_LE: string }>
  >;
}

const files = Object.values(json("expected.json") as Record<string, Fixture>).flatMap((fixture) =>
  fixture.files.map((file) => ({ file, state: fixture.state_dict })),
);

describe.skipIf(!present)("checkpoints that torch wrote", () => {
  it.each(files)("$file: every tensor by name, type, shape and bytes", ({ file, state }) => {
    const read = stateDict(open(file), file, bytesOf(file).length);
    const got = [...read].map(([name, { shape, type, bytes }]) => {
      return [
        name,
        { shape: [...shape], dtype: type, sha256_raw_LE: createHash("sha256").update(bytes).digest("hex") },
      ];
    });
    const wanted = Object.entries(state).map(([name, entry]) => [name.replace(/^module\./, ""), entry]);
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted));
    expect(Object.keys(readWeights(bytesOf(file), file))).toEqual([...read.keys()]);
  });

  const zoo = ["legacy", "zip", "zip.protocol3", "zip.protocol4", "zip.protocol5", "zip.torch2-records"];
  it.each(zoo)("zoo.%s: all types, windows and shared storages", (kind) => {
    const file = `zoo.${kind}.pth`;
    const checkpoint = open(file);
    const expected = json("zoo.expected.json") as Record<
      string,
      { shape: number[]; dtype: string; values_C_order: unknown[] }
    >;
    const stored = stateDict(checkpoint, file, bytesOf(file).length);
    const floats = readWeights(bytesOf(file), file);
    expect(stored.size).toBe(Object.keys(expected).length);
    for (const [path, { shape, type, bytes }] of stored) {
      const { values_C_order: values, ...entry } = expected[path.replace(/^tensors\./, "")];
      expect({ shape: [...shape], type }, path).toEqual({ shape: entry.shape, type: entry.dtype });
      expect([...floats[path].data], path).toEqual(values.map((value) => Math.fround(Number(value))));
      if (type === "int64") {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        expect(values.map((_, i) => view.getBigInt64(8 * i, true))).toEqual(
          values.map((value) => BigInt(value as string)),
        );
      }
    }
  });

  it.each(zoo)("zoo.%s: plain values beside the tensors", (kind) => {
    const { object } = open(`zoo.${kind}.pth`);
    const meta = (object as Map<string, Map<string, unknown>>).get("meta");
    const plain = (value: unknown): unknown => {
      if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]));
      if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
      if (value instanceof Set || Array.isArray(value)) return [...value].map(plain);
      if (typeof value === "object" && value !== null && "name" in value)
        return String(value.name).replace("torch ", "");
      return typeof value === "bigint" ? String(value) : value;
    };
    const { bytes_hex: bytes, ...expected } = json("zoo.meta.expected.json");
    expect(plain(meta)).toEqual({ ...expected, bytes });
  });
});

// What must stand in the one line that refuses each file.
const HOSTILE: Readonly<Record<string, RegExp>> = {
  "malicious_os_system.zip.pth": /global "posix system"/,
  "malicious_os_system.legacy.pth": /global "posix system"/,
  "malicious_os_system.bare.pkl.pth": /global "posix system"/,
  "malicious_builtins_eval.zip.pth": /global "(builtins|__builtin__) eval"/,
  "malicious_builtins_eval.legacy.pth": /global "(builtins|__builtin__) eval"/,
  "truncated_zip.pth": /truncated or damaged/,
  "truncated_legacy.pth": /truncated or damaged/,
  "corrupt_pickle.pth": /truncated or damaged/,
  "empty.pth": /an empty file/,
  "missing_storage.pth": /storage \w+ is missing/,
  "short_storage.pth": /storage \w+ has \d+ bytes where the pickle says \d+/,
  "not_a_checkpoint.pth": /a web page/,
};

describe.skipIf(!present)("hostile checkpoints", () => {
  it.each(Object.entries(HOSTILE))("%s is refused", (file, line) => {
    let caught: unknown;
    try {
      readWeights(bytesOf(`hostile/${file}`), file);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InputError);
    const { message } = caught as InputError;
    expect(message).toMatch(line);
    expect(message).toContain(file);
    expect(message).not.toContain("\n");
    expect(existsSync("/tmp/pwned")).toBe(false);
  });

  it.each(["medicalnet_resnet10_B_w8.zip.pth", "zoo.legacy.pth"])("%s cut anywhere is refused", (file) => {
    const whole = bytesOf(file);
    for (let i = 0; i < 60; i++) {
      expect(() => readWeights(whole.slice(0, Math.floor((i * whole.length) / 60)), file)).toThrow(InputError);
    }
  });

  it.each(["zoo.zip.pth", "zoo.legacy.pth", "zoo.zip.protocol4.pth"])(
    "%s with a byte changed raises InputError or nothing",
    (file) => {
      const whole = bytesOf(file);
      for (let at = 0; at < whole.length; at += at % 2 === 0 ? 5 : 6) {
        const broken = whole.slice();
        broken[at] ^= at % 3 === 0 ? 0x01 : 0xff;
        try {
          readWeights(broken, file);
        } catch (error) {
          if (!(error instanceof InputError)) throw new Error(`byte ${at}`, { cause: error });
        }
      }
    },
  );
});
