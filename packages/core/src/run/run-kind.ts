import { RUN_FOLDER } from "./run-folder.ts";
import type { Store } from "./store.ts";

/** The command that made a run folder. */
export type RunKind = "run" | "pretrain" | "transfer";

/** A setting that only this command's `config.json` has. */
const SIGNS: readonly (readonly [RunKind, string])[] = [
  ["transfer", "task"],
  ["pretrain", "patchesPerDomain"],
];

/** Whose folder it is, told by its settings. Anything else counts as a run, whose reader says what is wrong with it. */
export async function runKind(store: Store): Promise<RunKind> {
  const bytes = await store.read(RUN_FOLDER.config);
  if (bytes === undefined) return "run";
  try {
    const settings: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof settings !== "object" || settings === null) return "run";
    return SIGNS.find(([, name]) => name in settings)?.[0] ?? "run";
  } catch (cause) {
    if (cause instanceof SyntaxError) return "run";
    throw cause;
  }
}
