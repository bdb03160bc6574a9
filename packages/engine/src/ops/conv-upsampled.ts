import { ShapeError } from "../errors.ts";
import { formatShape, indicesOf, type Shape, sizeOf } from "../shape.ts";
import { constant, type Tensor } from "../tensor.ts";
import { conv } from "./conv.ts";
import { matmul } from "./matmul.ts";
import { reshape, transpose } from "./reshape.ts";
import { slice } from "./slice.ts";

/**
 * conv(upsampleNearest(x, size), weight) without the enlarged image: y[n, o, p] = sum_{i, k} weight[o, i, k] x[n, i,
 * floor((p + k - 1) / 2)], zeros outside. x `[N, I, ...]` to `[N, O, ...]` with the axes of size 2 doubled; there
 * `weight` `[O, I, ...kernel]` has 3 taps, along the others of size 1 any odd number.
 *
 * Neighbours that are copies of one voxel meet two taps, which may as well be added before: of taps a, b, c along an
 * axis output 2 j - 1 is (a + b) x[j - 1] + c x[j], output 2 j is a x[j - 1] + (b + c) x[j]. All 2^n kinds of outputs
 * are one convolution of x with 2^n kernels of 2^n taps, whose results are interleaved: 8 products for each voxel
 * and pair of channels in place of 27.
 */
export function convUpsampled(x: Tensor, weight: Tensor, size: number | readonly number[] = 2): Tensor {
  const [batch, inputs, ...extents] = x.shape;
  const [outputs, , ...kernel] = weight.shape;
  const factors = typeof size === "number" ? extents.map(() => size) : size;
  const fits = weight.shape[1] === inputs && kernel.length === extents.length && factors.length === extents.length;
  const known = kernel.every((k, a) => (factors[a] === 2 ? k === 3 : factors[a] === 1 && k % 2 === 1));
  if (extents.length === 0 || !fits || !known) {
    const expected = "[N, I, ...] and [O, I, ...kernel], by 2 with 3 taps or by 1 with an odd number";
    const got = `${formatShape(x.shape)} and ${formatShape(weight.shape)} by [${factors}]`;
    throw new ShapeError("convUpsampled", expected, got);
  }
  const kinds = sizeOf(factors);
  const taps = kernel.map((k, a) => (factors[a] === 2 ? 2 : k));
  const rows = reshape(weight, [outputs * inputs, sizeOf(kernel)]);
  const added = matmul(rows, constant(foldMatrix(kernel, factors, taps), [sizeOf(kernel), kinds * sizeOf(taps)]));
  const apart = transpose(reshape(added, [outputs, inputs, kinds, sizeOf(taps)]), [2, 0, 1, 3]);
  const kernels = reshape(apart, [kinds * outputs, inputs, ...taps]);
  // One voxel more than x along every doubled axis: outputs -1 to 2 d, of which the outermost are cut off.
  const results = conv(x, kernels, undefined, { padding: kernel.map((k) => (k - 1) / 2) });
  const whole = interleave(reshape(results, [batch, ...factors, outputs, ...results.shape.slice(2)]), factors);
  const starts = [0, 0, ...factors.map((factor) => factor - 1)];
  const ends = [batch, outputs, ...extents.map((extent, a) => factors[a] * (extent + 1) - 1)];
  return slice(whole, starts, ends);
}

/** `[N, ...factors, O, ...]` to `[N, O, ...]` with the extents times the factors, the kinds side by side. */
function interleave(kinds: Tensor, factors: Shape): Tensor {
  const rank = factors.length;
  const [batch, outputs, ...grid] = [kinds.shape[0], ...kinds.shape.slice(rank + 1)];
  const order = [0, rank + 1, ...factors.flatMap((_, a) => [rank + 2 + a, 1 + a])];
  return reshape(transpose(kinds, order), [batch, outputs, ...grid.map((extent, a) => extent * factors[a])]);
}

/**
 * Which taps are added, `[kernel, factors * taps]` of 0 and 1: along a doubled axis tap k of the kernel is met by tap
 * floor((k + kind) / 2) of a kind, 0 for the odd outputs and 1 for the even ones; along the others by itself.
 */
function foldMatrix(kernel: Shape, factors: Shape, taps: Shape): Float32Array {
  const places = indicesOf(kernel);
  const columns = indicesOf([...factors, ...taps]);
  const rank = kernel.length;
  const tapOf = (k: number, kind: number, factor: number): number => (factor === 2 ? (k + kind) >> 1 : k);
  return Float32Array.from(
    places.flatMap((k) =>
      columns.map((column) => (k.every((at, a) => tapOf(at, column[a], factors[a]) === column[rank + a]) ? 1 : 0)),
    ),
  );
}
