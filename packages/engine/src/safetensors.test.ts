import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "./safetensors.ts";

/** A file put together by hand from the format's description. */
function file(header: unknown, body: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

const ONE_AND_MINUS_TWO = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
const entry = { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] };

describe("safetensors", () => {
  it("reads a file made by hand", () => {
    const bytes = file({ __metadata__: { kind: "test" }, a: entry }, ONE_AND_MINUS_TWO);
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(metadata).toEqual({ kind: "test" });
    expect(tensors.a.shape).toEqual([1, 2]);
    expect([...tensors.a.data]).toEqual([1, -2]);
  });

  it("reads from the middle of a larger buffer, as file readers hand them out", () => {
    const bytes = file({ a: entry }, ONE_AND_MINUS_TWO);
    const pool = Buffer.alloc(bytes.length + 7);
    pool.set(bytes, 3);
    expect([...decodeSafetensors(pool.subarray(3, 3 + bytes.length)).tensors.a.data]).toEqual([1, -2]);
  });

  it("gives back what was written, bit for bit, and equal bytes for equal weights", () => {
    const arrays = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 3 })),
    );
    fc.assert(
      fc.property(arrays, fc.dictionary(fc.string(), fc.string()), (shapes, metadata) => {
        const tensors = Object.fromEntries(
          Object.entries(shapes)
            .filter(([name]) => name !== "__metadata__" && name !== "__proto__")
            .map(([name, shape], index) => {
              const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i + index) / 3);
              return [name, { shape, data }];
            }),
        );
        const bytes = encodeSafetensors(tensors, metadata);
        const back = decodeSafetensors(bytes);
        expect(back.tensors).toEqual(tensors);
        expect(back.metadata).toEqual(metadata);
        const reversed = Object.fromEntries(Object.entries(tensors).reverse());
        expect(encodeSafetensors(reversed, metadata)).toEqual(bytes);
      }),
    );
  });

  it("starts the values at a multiple of eight bytes", () => {
    const bytes = encodeSafetensors({ abc: { shape: [1], data: Float32Array.of(1) } });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(bytes.length).toBe(8 + length + 4);
  });

  it.each([
    ["nothing", new Uint8Array(0), /too few/],
    ["a header longer than the file", file({ a: entry }).subarray(0, 20), /cut or damaged/],
    ["text", file("not json"), /not JSON/],
    ["null", file("null"), /not a JSON object/],
    ["a list", file("[]"), /not a JSON object/],
    ["no values", file({ a: entry }), /does not fit its bytes/],
    ["cut values", file({ a: entry }, [0, 0, 0]), /does not fit its bytes/],
    ["another type", file({ a: { ...entry, dtype: "I64" } }, ONE_AND_MINUS_TWO), /a is I64, only F32/],
    ["an empty entry", file({ a: null }, ONE_AND_MINUS_TWO), /a is undefined/],
    ["a shape of text", file({ a: { ...entry, shape: "2" } }, ONE_AND_MINUS_TWO), /no proper shape/],
    ["a negative shape", file({ a: { ...entry, shape: [-1, -2] } }, ONE_AND_MINUS_TWO), /no proper shape/],
    ["one offset", file({ a: { ...entry, data_offsets: [8] } }, ONE_AND_MINUS_TWO), /no proper shape/],
    ["metadata of numbers", file({ __metadata__: { a: 1 } }), /not a map of texts/],
  ])("says what is wrong: %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  it("raises its own error, and no other, on any damage", () => {
    const whole = encodeSafetensors({ weight: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } }, { a: "b" });
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(whole.length));
    fc.assert(
      fc.property(damage, ([at, value, length]) => {
        const bytes = whole.slice();
        bytes[at] = value;
        for (const broken of [bytes, bytes.subarray(0, length)]) {
          try {
            decodeSafetensors(broken);
          } catch (error) {
            expect(error).toBeInstanceOf(SafetensorsError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("does not write values that do not fit their shape", () => {
    const tensors = { a: { shape: [3], data: new Float32Array(2) } };
    expect(() => encodeSafetensors(tensors)).toThrow(SafetensorsError);
  });
});
