import { presetConfig } from "../run/config.ts";
import type { RunContext } from "../run/context.ts";
import type { StageHooks } from "../run/progress.ts";
import type { Store } from "../run/store.ts";
import type { TransferConfig } from "./config.ts";

/** What a fine-tuning needs of a run: a place for checkpoint and metrics, a way to speak and to be stopped. */
export interface TransferContext extends StageHooks {
  readonly config: TransferConfig;
  readonly store: Store;
}

/** The context that the training loop wants; of its settings the loop reads `checkpointSeconds` alone. */
export function loopContext({ config, store, signal, emit }: TransferContext, score: string): RunContext {
  const { seed, device, threads, checkpointSeconds } = config;
  return {
    config: { ...presetConfig("fast", { seed, device, threads }), checkpointSeconds },
    manifest: { name: "transfer", labels: {}, atlases: [], unlabeled: [], validation: [], test: [] },
    store,
    readFile: async (path) => (await store.read(path)) ?? new Uint8Array(),
    signal,
    // The loop was written for segmenters and calls every score a Dice.
    emit: (event) =>
      emit(
        event.kind === "note"
          ? { ...event, text: event.text.replace("validation Dice", `validation ${score}`) }
          : event,
      ),
  };
}
