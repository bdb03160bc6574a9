/** What a graph is written for. */
export type Target = "cpu" | "webgpu" | "wasm";

/** Ops that providers want written differently. The conformance suite runs every choice on every provider that has it. */
export interface Lowerings {
  /** Interpolation at coordinates: one GridSample, or gathers where 5-D GridSample is missing. */
  readonly sample: "gridSample" | "gather";
  /**
   * Adding values to voxels that may coincide. The CPU's ScatterND spreads updates over threads without a lock, so that
   * coinciding ones get lost, now and then and more on large volumes; its ScatterElements goes through them in order.
   */
  readonly splat: "scatterElements" | "scatterNd";
}

export const LOWERINGS: Readonly<Record<Target, Lowerings>> = {
  cpu: { sample: "gridSample", splat: "scatterElements" },
  wasm: { sample: "gridSample", splat: "scatterElements" },
  webgpu: { sample: "gather", splat: "scatterNd" },
};
