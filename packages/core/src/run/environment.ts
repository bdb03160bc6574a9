/** What is needed to explain a difference between two runs: `environment.json`. The caller knows; core cannot. */
export interface EnvironmentRecord {
  readonly voxelsmith: string;
  /** The runtime and its version, for example `node v20.20.2`. */
  readonly runtime: string;
  readonly onnxruntime: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly device: string;
  readonly threads: number;
  /** The command as typed. */
  readonly command: string;
  readonly started: string;
}
