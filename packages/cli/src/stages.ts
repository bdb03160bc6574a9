import type {
  AtlasRanking,
  ChooseAtlasRequest,
  ComparisonAbout,
  ComparisonAnswer,
  ComparisonRequest,
  ComparisonState,
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
  /** Trains and scores the arms of a comparison. */
  compare(request: ComparisonRequest): Promise<ComparisonState>;
  /** Writes the report of the arms that are done. */
  report(request: ComparisonRequest, about: ComparisonAbout): Promise<ComparisonAnswer>;
  /** Writes a seeded cohort of anatomical phantoms; paths of the manifest are paths of the store. */
  phantoms(store: Store, seed: number, signal: AbortSignal): Promise<Manifest>;
  devices(): Promise<readonly { readonly device: string; readonly available: boolean; readonly reason?: string }[]>;
  forecast(config: RunConfig, manifest: Manifest, readFile: (path: string) => Promise<Uint8Array>): Promise<Forecast>;
}
