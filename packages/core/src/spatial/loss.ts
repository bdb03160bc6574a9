import { add, mul, type Shape, type Tensor, warp } from "@voxelsmith/engine";
import { displacementSmoothnessLoss } from "../losses/displacement-smoothness.ts";
import { localNccLoss } from "../losses/local-ncc.ts";
import { mseLoss } from "../losses/mse.ts";
import { fullDisplacement } from "../networks/registration-net.ts";
import type { SpatialConfig } from "./config.ts";

/** What registration minimizes, and its two terms. */
export interface RegistrationLoss {
  readonly loss: Tensor;
  readonly report: { readonly similarity: Tensor; readonly smoothness: Tensor };
}

/**
 * loss = 1 - local NCC(moving o (id + u), fixed) + smoothness |grad u|^2, the smoothness taken on the field's own grid
 * (Zhao 2019, Balakrishnan 2019); mean squares in place of the first term where the settings say so.
 * @param field u, `[1, 3, ...fieldExtents]`, in voxels of that grid
 */
export function registrationLoss(
  config: SpatialConfig,
  extents: Shape,
  { moving, fixed, field }: { readonly moving: Tensor; readonly fixed: Tensor; readonly field: Tensor },
): RegistrationLoss {
  const warped = warp(moving, fullDisplacement(config, field, extents)); // [1, 1, D, H, W]
  const similarity =
    config.similarity === "mse" ? mseLoss(warped, fixed) : localNccLoss(warped, fixed, { window: config.window });
  const smoothness = displacementSmoothnessLoss(field);
  return { loss: add(similarity, mul(smoothness, config.smoothness)), report: { similarity, smoothness } };
}
