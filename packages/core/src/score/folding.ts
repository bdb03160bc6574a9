/**
 * Share of voxels where x + u(x) folds: Jacobian determinant <= 0. u `[3, D, H, W]` in voxels, channels in D, H, W
 * order; forward differences, so the last voxel along each axis has none and is left out.
 */
export function foldedFraction(displacement: Float32Array, extents: readonly number[]): number {
  const [nd, nh, nw] = extents;
  const voxels = nd * nh * nw;
  const steps = [nh * nw, nw, 1];
  let folded = 0;
  for (let d = 0; d < nd - 1; d++) {
    for (let h = 0; h < nh - 1; h++) {
      for (let w = 0; w < nw - 1; w++) {
        const p = (d * nh + h) * nw + w;
        if (jacobianDeterminant(displacement, voxels, steps, p) <= 0) folded++;
      }
    }
  }
  return folded / ((nd - 1) * (nh - 1) * (nw - 1));
}

/** det(I + grad u) at voxel p. */
function jacobianDeterminant(u: Float32Array, voxels: number, steps: readonly number[], p: number): number {
  const j = (row: number, column: number): number =>
    (row === column ? 1 : 0) + u[row * voxels + p + steps[column]] - u[row * voxels + p];
  return (
    j(0, 0) * (j(1, 1) * j(2, 2) - j(1, 2) * j(2, 1)) -
    j(0, 1) * (j(1, 0) * j(2, 2) - j(1, 2) * j(2, 0)) +
    j(0, 2) * (j(1, 0) * j(2, 1) - j(1, 1) * j(2, 0))
  );
}
