import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";

const COUNT = 20_000;
const draw = (seed: number, ...keys: readonly (string | number)[]): number[] => {
  const random = createRandom(seed, ...keys);
  return Array.from({ length: COUNT }, () => random.uniform());
};
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const [ma, mb] = [mean(a), mean(b)];
  const product = a.reduce((sum, v, i) => sum + (v - ma) * (b[i] - mb), 0);
  const spread = (x: readonly number[], m: number): number => Math.sqrt(x.reduce((sum, v) => sum + (v - m) ** 2, 0));
  return product / spread(a, ma) / spread(b, mb);
};

/** xoshiro128** by its authors' C code in 64-bit integers: the slow twin of the generator's core. */
function* xoshiro(state: bigint[]): Generator<number> {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  for (;;) {
    yield Number((rotate((state[1] * 5n) & mask, 7n) * 9n) & mask);
    const t = (state[1] << 9n) & mask;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotate(state[3], 11n);
  }
}

/** FNV-1a of the keys, then splitmix32, in 64-bit integers. */
function seeded(text: string): bigint[] {
  const mask = 0xffffffffn;
  let mix = 0x811c9dc5n;
  for (const character of text) mix = ((mix ^ BigInt(character.charCodeAt(0))) * 0x01000193n) & mask;
  const next = (): bigint => {
    mix = (mix + 0x9e3779b9n) & mask;
    let z = ((mix ^ (mix >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  return [next(), next(), next(), next() | 1n];
}

describe("createRandom", () => {
  it("is xoshiro128** seeded by splitmix32, bit for bit", () => {
    const twin = xoshiro(seeded("7/segment/12"));
    const random = createRandom(7, "segment", 12);
    for (let i = 0; i < 1000; i++) expect(random.uniform() * 2 ** 32).toBe(twin.next().value);
  });

  it("gives the same numbers for the same seed and keys, others for others", () => {
    expect(draw(1, "a", 2)).toEqual(draw(1, "a", 2));
    for (const other of [draw(2, "a", 2), draw(1, "b", 2), draw(1, "a", 3), draw(1)]) {
      expect(other).not.toEqual(draw(1, "a", 2));
      expect(Math.abs(correlation(other, draw(1, "a", 2)))).toBeLessThan(4 / Math.sqrt(COUNT));
    }
  });

  it("has streams of neighbouring steps that do not depend on each other", () => {
    const firsts = Array.from({ length: COUNT }, (_, step) => createRandom(0, "step", step).uniform());
    expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * COUNT));
    expect(Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(COUNT));
  });

  it("draws uniform numbers in [0, 1), evenly spread", () => {
    const values = draw(3);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const bins = new Array<number>(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]++;
    const chiSquared = bins.reduce((sum, count) => sum + (count - COUNT / 20) ** 2 / (COUNT / 20), 0);
    expect(chiSquared).toBeLessThan(43.8); // 99.9 % of chi-squared with 19 degrees of freedom
  });

  it("draws normal numbers with the moments of a standard normal", () => {
    const values = createRandom(4).normals(COUNT);
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    const spread = 4 / Math.sqrt(COUNT);
    expect(Math.abs(moment(1))).toBeLessThan(spread);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(spread * Math.sqrt(2));
    expect(Math.abs(moment(3))).toBeLessThan(spread * Math.sqrt(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(spread * Math.sqrt(96));
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it("draws integers, choices and ranges within their bounds, every one of them", () => {
    const random = createRandom(5);
    const integers = Array.from({ length: 1000 }, () => random.integer(5));
    expect([...new Set(integers)].sort()).toEqual([0, 1, 2, 3, 4]);
    const choices = Array.from({ length: 100 }, () => random.choice(["a", "b"]));
    expect(new Set(choices)).toEqual(new Set(["a", "b"]));
    const ranged = Array.from({ length: 1000 }, () => random.between(-2, 3));
    expect(Math.min(...ranged)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...ranged)).toBeLessThan(3);
  });
});
