import type { Claims } from "../compare/jobs.ts";
import type { ReadFile } from "../io/read-scan.ts";
import type { EnvironmentRecord } from "../run/environment.ts";
import type { StageHooks } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import type { TransferComparison, TransferScope } from "./transfer-comparison-record.ts";

/** What a comparison of transfer is given. */
export interface TransferComparisonContext extends StageHooks, Claims {
  readonly comparison: TransferComparison;
  /** The fine-tunings that this process helps with. */
  readonly scope: TransferScope;
  readonly store: Store;
  readonly environment: EnvironmentRecord;
  readFile: ReadFile;
}
