import type { EnvironmentRecord } from "@voxelsmith/core";
import type { OutputOptions } from "./options.ts";
import type { Reporter } from "./progress.ts";
import type { Stages } from "./stages.ts";

/** What a command is given beside its flags. */
export interface App {
  readonly stages: Stages;
  readonly signal: AbortSignal;
  readonly environment: (device: string, threads: number) => EnvironmentRecord;
  /** The threads that this process may use. */
  readonly threads: number;
  /** Makes the reporter that the flags ask for; remembered, so that an error ends an open bar. */
  reporter(options: OutputOptions): Reporter;
  /** For a command without `--resume` of its own: from here on, a stop is answered with how to go on. */
  resumable(how: string): void;
}
