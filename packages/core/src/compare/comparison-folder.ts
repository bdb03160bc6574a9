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

export async function readJson<T>(store: Store, path: string): Promise<T | undefined> {
  const bytes = await store.read(path);
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

export async function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  await store.write(path, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
}
