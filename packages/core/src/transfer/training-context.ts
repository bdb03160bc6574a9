import type { StageHooks } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import type { TransferConfig } from "./config.ts";

/** What a fine-tuning needs of a run: a place for checkpoint and metrics, a way to speak and to be stopped. */
export interface TransferContext extends StageHooks {
  readonly config: TransferConfig;
  readonly store: Store;
}
