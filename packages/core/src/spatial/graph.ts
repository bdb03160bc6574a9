import { mul, type Shape, type Tensor, upsampleLinear } from "@voxelsmith/engine";
import type { RegistrationConfig } from "../networks/registration-net.ts";
import type { SpatialConfig } from "./config.ts";

/** The network's part of the spatial model's settings. */
export function networkConfig(config: SpatialConfig): RegistrationConfig {
  const { encoder, decoder, downsampling, fieldResolution, integrationSteps } = config;
  return { spatialRank: 3, encoder, decoder, downsampling, fieldResolution, integrationSteps };
}

/** Extents of the grid that the field lives on. */
export function fieldExtents(config: SpatialConfig, extents: Shape): Shape {
  return config.fieldResolution === "half" ? extents.map((extent) => extent / 2) : extents;
}

/** The field on the images' own grid and in its voxels: `[N, 3, D, H, W]`. */
export function fullDisplacement(config: SpatialConfig, field: Tensor): Tensor {
  return config.fieldResolution === "half" ? mul(upsampleLinear(field), 2) : field;
}
