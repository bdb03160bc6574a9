/** A seeded stream of numbers. Same seed and keys, same numbers, on every machine. */
export interface Random {
  /** In [0, 1), 32 random bits. */
  uniform(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Integer in 0..count - 1. */
  integer(count: number): number;
  choice<T>(items: readonly T[]): T;
  normals(count: number): Float32Array;
}

/** FNV-1a, so that keys may be words: cheap, and good enough to start splitmix from. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32 from the seed and keys. Keys make streams that do not
 * depend on each other: `createRandom(seed, "segment", step)` is the same whether or not steps were run before it,
 * so a resumed run draws what the uninterrupted one would have drawn.
 */
export function createRandom(seed: number, ...keys: readonly (string | number)[]): Random {
  let mix = hash([seed, ...keys].join("/"));
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  const state = Uint32Array.from([splitmix(), splitmix(), splitmix(), splitmix() | 1]);
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const t = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotate(state[3], 11);
    return result;
  };
  const uniform = (): number => next() / 2 ** 32;
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    between: (low, high) => low + (high - low) * uniform(),
    integer: (count) => Math.floor(uniform() * count),
    choice: (items) => items[Math.floor(uniform() * items.length)],
    normals: (count) => Float32Array.from({ length: count }, normal),
  };
}
