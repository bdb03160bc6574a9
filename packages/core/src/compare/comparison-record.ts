import { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import { labeledCase, manifestSchema } from "../dataset/manifest.ts";
import { ARM_NAMES, type ArmName } from "../run/arms.ts";
import { type RunConfig, runConfig } from "../run/config.ts";
import { type Store, writeJson } from "../run/store.ts";
import type { ComparisonData } from "./arm-manifest.ts";
import { COMPARISON_FOLDER } from "./comparison-folder.ts";

/** Arms, and the number of seeds that each is repeated with. */
export interface ComparisonScope {
  readonly arms: readonly ArmName[];
  readonly seeds: number;
}

/** What a comparison is about: `comparison.json`, written when it begins and never changed. */
export interface Comparison {
  readonly data: ComparisonData;
  /** The scan whose labels the one-label arms see, and why this one. */
  readonly atlas: { readonly id: string; readonly reason: string };
  /** Settings that all arms share. */
  readonly config: RunConfig;
  readonly notes: readonly string[];
  /** What it began with, so that a command that says nothing else goes on with that; not in earlier versions. */
  readonly scope?: ComparisonScope;
  /** The command that began it, as typed; comparisons of earlier versions do not have it. */
  readonly command?: string;
}

const comparisonSchema: z.ZodType<Comparison> = z.object({
  data: z.object({ manifest: manifestSchema, labeled: z.array(labeledCase) }),
  atlas: z.object({ id: z.string(), reason: z.string() }),
  config: runConfig,
  notes: z.array(z.string()),
  scope: z.exactOptional(z.object({ arms: z.array(z.enum(ARM_NAMES)), seeds: z.int().positive() })),
  command: z.exactOptional(z.string()),
});

/** The comparison in a folder, undefined where there is none. @throws InputError where its record is damaged. */
export async function readComparison(store: Store): Promise<Comparison | undefined> {
  const bytes = await store.read(COMPARISON_FOLDER.comparison);
  if (bytes === undefined) return undefined;
  return parseJson(comparisonSchema, new TextDecoder().decode(bytes), store.locate(COMPARISON_FOLDER.comparison));
}

/** Begins a comparison in a folder. */
export async function saveComparison(store: Store, comparison: Comparison): Promise<void> {
  await writeJson(store, COMPARISON_FOLDER.comparison, comparison);
}
