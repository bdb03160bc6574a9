import type {
  AtlasRanking,
  ChooseAtlasRequest,
  EvaluateRequest,
  Forecast,
  Manifest,
  RunConfig,
  RunContext,
  RunResult,
  SegmentRequest,
  Store,
} from "@voxelsmith/core";

/** The numeric half of the program: everything that a command asks of core. Tests pass their own. */
export interface Stages {
  /** Which scan to have labeled. */
  chooseAtlas(request: ChooseAtlasRequest): Promise<AtlasRanking>;
  /** The whole method. */
  run(context: RunContext): Promise<RunResult>;
  prepare(context: RunContext): Promise<void>;
  register(context: RunContext): Promise<void>;
  synthesize(context: RunContext): Promise<void>;
  train(context: RunContext): Promise<void>;
  segment(request: SegmentRequest): Promise<void>;
  evaluate(request: EvaluateRequest): Promise<RunResult>;
  /** Writes a seeded cohort of anatomical phantoms; paths of the manifest are paths of the store. */
  phantoms(store: Store, seed: number, signal: AbortSignal): Promise<Manifest>;
  devices(): Promise<readonly { readonly device: string; readonly available: boolean; readonly reason?: string }[]>;
  forecast(config: RunConfig, manifest: Manifest, readFile: (path: string) => Promise<Uint8Array>): Promise<Forecast>;
}
