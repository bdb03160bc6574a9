import { resolve } from "node:path";
import {
  ARM_NAMES,
  type ChooseAtlasRequest,
  type ComparisonData,
  type ComparisonScope,
  type LabeledCase,
  readDataset,
} from "@voxelsmith/core";
import { choiceFrom } from "./commands/choose-atlas-input.ts";
import { type DatasetOptions, manifestFrom } from "./dataset-options.ts";
import { folderListing } from "./files.ts";
import { armsNamed, type SharedWorkOptions } from "./shared-work.ts";

/** The scans to choose an atlas from, or undefined where flags name one or there is no data set folder. */
export async function atlasPool(
  options: DatasetOptions,
): Promise<Pick<ChooseAtlasRequest, "scans" | "candidates"> | undefined> {
  if (options.input === undefined || options.atlas !== undefined) return undefined;
  const { input, fold, channel, holdOut } = options;
  return choiceFrom({
    input,
    ...(fold === undefined ? {} : { fold }),
    ...(channel === undefined ? {} : { channel }),
    ...(holdOut === undefined ? {} : { holdOut }),
  });
}

/**
 * The data of a comparison: what a one-label arm sees, and the training scans that have labels.
 * @param preferred ids in the order in which atlases are taken; the rest follow in the data set's order
 */
export async function comparisonData(options: DatasetOptions, preferred: readonly string[]): Promise<ComparisonData> {
  const { input } = options;
  if (input === undefined) {
    const manifest = await manifestFrom(options);
    return { manifest: { ...manifest, atlases: manifest.atlases.slice(0, 1) }, labeled: manifest.atlases };
  }
  const [first] = preferred;
  const manifest = await manifestFrom({ ...options, ...(first === undefined ? {} : { atlas: [first] }) });
  const { fold, channel, holdOut } = options;
  const all = await readDataset(await folderListing(input), { atlases: "all", fold, channel, holdOut });
  const training = new Set([...manifest.atlases, ...manifest.unlabeled].map(({ id }) => id));
  const labeled = all.manifest.atlases
    .filter(({ id }) => training.has(id))
    .map(
      ({ id, image, labels }): LabeledCase => ({ id, image: resolve(input, image), labels: resolve(input, labels) }),
    );
  const order = [...new Set([manifest.atlases[0].id, ...preferred, ...labeled.map(({ id }) => id)])];
  const place = new Map(order.map((id, index) => [id, index]));
  const rank = ({ id }: LabeledCase): number => place.get(id) ?? order.length;
  return { manifest, labeled: labeled.sort((a, b) => rank(a) - rank(b)) };
}

/** What flags say of arms and seeds, and where they are silent what the comparison began with. */
export function scopeOf(
  { arms, seeds }: Pick<SharedWorkOptions, "arms" | "seeds">,
  begun: ComparisonScope = { arms: ARM_NAMES, seeds: 1 },
): ComparisonScope {
  return { arms: arms === undefined ? begun.arms : armsNamed(arms, ARM_NAMES), seeds: seeds ?? begun.seeds };
}
