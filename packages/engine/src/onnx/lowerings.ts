/** What a graph is written for. */
export type Target = "cpu" | "webgpu" | "wasm";

/** Ops that providers want written differently. The conformance suite runs every choice on every provider that has it. */
export interface Lowerings {
  /** Interpolation at coordinates: one GridSample, or gathers where 5-D GridSample is missing. */
  readonly sample: "gridSample" | "gather";
}

export const LOWERINGS: Readonly<Record<Target, Lowerings>> = {
  cpu: { sample: "gridSample" },
  wasm: { sample: "gridSample" },
  webgpu: { sample: "gather" },
};
