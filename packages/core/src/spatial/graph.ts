import type { RegistrationConfig } from "../networks/registration-net.ts";
import type { SpatialConfig } from "./config.ts";

/** The network's part of the spatial model's settings. */
export function networkConfig(config: SpatialConfig): RegistrationConfig {
  const { encoder, decoder, downsampling, fieldResolution, integrationSteps } = config;
  return { spatialRank: 3, encoder, decoder, downsampling, fieldResolution, integrationSteps };
}
