import {
  concat,
  div,
  linearAlongAxis,
  type Matrix,
  maximum,
  mul,
  reduceMean,
  sliceAxis,
  square,
  sub,
  type Tensor,
} from "@voxelsmith/engine";

export interface LocalNccOptions {
  /** Edge of the box in voxels. */
  readonly window?: number;
  /** Smallest variance that counts as structure, in squared intensity; images are expected near [0, 1]. */
  readonly varianceFloor?: number;
}

export const LOCAL_NCC_DEFAULTS = { window: 9, varianceFloor: 1e-5 } as const;

/**
 * Mean over all voxels of cov(I, J)^2 / (var I var J) in a box around each, in 0..1, 1 is best: the squared local
 * correlation that VoxelMorph trains on (Balakrishnan 2019), zeros outside the image. Its code adds 1e-5 to the product
 * of the variances; here each variance is floored, so flat regions give 0 with a gradient of 0, never NaN.
 * Images `[N, 1, D, H, W]`; a scalar. The box has no third side where an axis has one voxel.
 */
export function localNcc(moved: Tensor, fixed: Tensor, options: LocalNccOptions = {}): Tensor {
  return reduceMean(localNccMap(moved, fixed, options));
}

/** The squared local correlation of every voxel, `[N, 1, D, H, W]`, for means over a part of the volume. */
export function localNccMap(moved: Tensor, fixed: Tensor, options: LocalNccOptions = {}): Tensor {
  const { window, varianceFloor } = { ...LOCAL_NCC_DEFAULTS, ...options };
  // The two sides apart: nobody asks for the gradient of the fixed image's statistics.
  const fixedMeans = boxMean(concat([fixed, square(fixed)]), window); // [N, 2, D, H, W]
  const movedMeans = boxMean(concat([moved, square(moved), mul(moved, fixed)]), window); // [N, 3, D, H, W]
  const [meanF, meanFF] = channels(fixedMeans);
  const [meanM, meanMM, meanMF] = channels(movedMeans);
  const covariance = sub(meanMF, mul(meanM, meanF));
  const varianceF = maximum(sub(meanFF, square(meanF)), varianceFloor);
  const varianceM = maximum(sub(meanMM, square(meanM)), varianceFloor);
  return div(square(covariance), mul(varianceM, varianceF));
}

/** 1 - `localNcc`: minimized, 0 is best. */
export function localNccLoss(moved: Tensor, fixed: Tensor, options: LocalNccOptions = {}): Tensor {
  return sub(1, localNcc(moved, fixed, options));
}

/**
 * Mean over a box, zeros outside: a banded matrix along each axis, which runs at the speed of a matrix product. Across a
 * slice there is no box: it would be zeros but for the slice.
 */
function boxMean(x: Tensor, window: number): Tensor {
  return x.shape
    .slice(2)
    .reduce((y, extent, a) => (extent === 1 ? y : linearAlongAxis(y, boxMatrix(extent, window), a + 2)), x);
}

function boxMatrix(extent: number, window: number): Matrix {
  const values = new Float32Array(extent * extent);
  const before = Math.floor(window / 2);
  for (let row = 0; row < extent; row++) {
    const from = Math.max(0, row - before);
    const to = Math.min(extent, row - before + window);
    values.fill(1 / window, row * extent + from, row * extent + to);
  }
  return { rows: extent, columns: extent, values };
}

function channels(x: Tensor): Tensor[] {
  return Array.from({ length: x.shape[1] }, (_, c) => sliceAxis(x, 1, c, c + 1));
}
