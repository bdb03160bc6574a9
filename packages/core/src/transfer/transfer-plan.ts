import type { Shape } from "@voxelsmith/engine";
import { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";

/** What becomes of each image: `plan.json`, which a person may edit before training has begun. */
export interface TransferPlan<Preparation> {
  /** Voxels of a sample along k, j, i. */
  readonly patch: Shape;
  readonly preparation: Preparation;
  /**
   * Segmentation: label values of the data set that no labeled training case shows. No class stands for them, so they
   * are never predicted, and a test scan that has one counts it as missed.
   */
  readonly unseen?: readonly number[];
}

/** The plan in a run folder, or undefined where there is none. @throws InputError where an edit does not fit */
export async function readTransferPlan<Preparation>(
  store: Store,
  preparation: z.ZodType<Preparation>,
): Promise<TransferPlan<Preparation> | undefined> {
  const bytes = await store.read(RUN_FOLDER.plan);
  return bytes && parseTransferPlan(preparation, new TextDecoder().decode(bytes), store.locate(RUN_FOLDER.plan));
}

/** @throws InputError where an edit does not fit */
export function parseTransferPlan<Preparation>(
  preparation: z.ZodType<Preparation>,
  text: string,
  place: string,
): TransferPlan<Preparation> {
  const schema: z.ZodType<TransferPlan<Preparation>> = z.strictObject({
    patch: z.array(z.number().int().positive()).length(3),
    preparation,
    unseen: z.exactOptional(z.array(z.number().int().positive())),
  });
  return parseJson(schema, text, place);
}
