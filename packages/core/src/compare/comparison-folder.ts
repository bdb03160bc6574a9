import type { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import type { Store } from "../run/store.ts";

/** The layout of a comparison's folder; each of the three kinds of folder is a run folder. */
export const COMPARISON_FOLDER = {
  /** What is compared: data, settings, and why this atlas; see `Comparison`. */
  comparison: "comparison.json",
  /** Prepared scans that all arms share. */
  shared: "shared",
  report: "report",
  reportPage: "report/index.html",
  reportJson: "report/results.json",
  reportCsv: "report/results.csv",
} as const;

/** What one seed's one-label arms share: the spatial and the appearance model. */
export function modelsFolder(seed: number): string {
  return `models/seed-${seed}`;
}

/** What one arm made with one seed. */
export function armFolder(arm: string, seed: number): string {
  return `arms/${arm}/seed-${seed}`;
}

/** The scores of one arm and seed, in its folder; where they are there, the arm is done. */
export const ARM_RESULT = "result.json";

/**
 * What a job of a comparison left, undefined where it is not done.
 * @throws InputError where the file does not fit its schema: damaged, or of another version.
 */
export async function readJson<T>(store: Store, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await store.read(path);
  if (bytes === undefined) return undefined;
  return parseJson(schema, new TextDecoder().decode(bytes), store.locate(path), AGAIN);
}

const AGAIN = "Delete the file and run the command again with --resume: what it belongs to is then done anew.";
