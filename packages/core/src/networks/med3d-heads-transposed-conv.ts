import {
  add,
  conv,
  linearAlongAxis,
  type Matrix,
  pad,
  perChannel,
  reshape,
  type Tensor,
  transpose,
} from "@voxelsmith/engine";

/**
 * Taps of a kernel of 3 to (even voxel, odd voxel) x (this coarse voxel, the next): voxel 2 q is tap 1 of q; voxel
 * 2 q + 1 is tap 2 of q and tap 0 of q + 1.
 */
const TAPS: Matrix = { rows: 4, columns: 3, values: Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) };

/**
 * Transposed 3-D convolution of stride 2: `[N, I, D, H, W]` to `[N, O, 2 D, 2 H, 2 W]`, weight `[I, O, k, k, k]` as in
 * PyTorch. k = 2 (no padding): y[2 p + j] = w[j] x[p]. k = 3 (padding 1, output padding 1): y[2 p + j - 1] gets w[j] x[p],
 * so that voxel 2 p stays centered on p.
 *
 * Written as one convolution at the coarse resolution whose channels are the 8 phases of the fine one, then moved to their
 * places: no zeros are multiplied but those of TAPS, a third of the work of a convolution over interleaved zeros, and
 * WebGPU has no ConvTranspose in 3-D.
 */
export function doubleByTransposedConv(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [inputs, outputs, kernel] = weight.shape;
  const [batch, , depth, height, width] = x.shape;
  const reach = kernel - 1; // coarse voxels that one fine voxel sees along an axis: 1 or 2
  let taps = transpose(weight, [2, 3, 4, 0, 1]); // [k, k, k, I, O]: long rows for the products
  if (kernel === 3) for (const axis of [0, 1, 2]) taps = linearAlongAxis(taps, TAPS, axis); // [4, 4, 4, I, O]
  const split = reshape(taps, [2, reach, 2, reach, 2, reach, inputs, outputs]);
  const phases = reshape(transpose(split, [7, 0, 2, 4, 6, 1, 3, 5]), [8 * outputs, inputs, reach, reach, reach]);
  const border = reach - 1;
  const behind = pad(x, [0, 0, 0, 0, 0], [0, 0, border, border, border]);
  const coarse = conv(behind, phases, undefined, { padding: 0 }); // [N, 8 O, D, H, W]
  const apart = reshape(coarse, [batch, outputs, 2, 2, 2, depth, height, width]);
  const woven = transpose(apart, [0, 1, 5, 2, 6, 3, 7, 4]); // [N, O, D, 2, H, 2, W, 2]
  const fine = reshape(woven, [batch, outputs, 2 * depth, 2 * height, 2 * width]);
  return bias === undefined ? fine : add(fine, perChannel(bias, 5));
}
